# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of the exporter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC
from ftp_probe_app.exporter.settings import NOT_HERE, Settings

SAMPLE = Path(__file__).parents[5] / "tools" / "standalone" / "prometheus" / "modules.json"


def module(**options: Any) -> dict[str, Any]:
    """Return a document with one module, m."""
    return {"allow": [], "modules": {"m": {"user": "probe", "password_env": "PROBE_PASSWORD", **options}}}


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_PASSWORD", "s3cret")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def test_a_module_has_the_options_of_ftp_probe() -> None:
    (found,) = Settings.parse(module(modes=["EPSV"], timeout=2, tls="explicit"), Path()).modules.values()
    assert (found.port, found.timeout, found.options["modes"]) == (21, 2.0, ["EPSV"])
    assert found.options.keys() == ARGUMENT_SPEC.keys()
    assert "s3cret" not in repr(found) + json.dumps(found.shown())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": "big"}, "size is 'big'; expected int"),
        ({"size": True}, "size is True; expected int"),
        ({"size": 0}, "size is 0; expected 1 to 16777216"),
        ({"modes": "PASV"}, "modes is 'PASV'; expected list"),
        ({"modes": [1]}, "modes is 1; expected str"),
        ({"modes": ["PASVE"]}, "modes is 'PASVE'; expected one of passive, active, "),
        ({"tls": "on"}, "tls is 'on'; expected one of disabled, explicit, implicit"),
        ({"protection": ["P"]}, "protection P does not work with tls disabled"),
        ({"usr": "x"}, "it has 'usr'; known keys are port, user, "),
        ({"user": None}, "user is None; expected str"),
        ({"password_file": "x"}, "set one of password_file and password_env"),
        ({"password_env": "NOT_SET"}, "password_env names the environment variable NOT_SET, which is not set or empty"),
        *(({option: 1}, f"{option} is not for the exporter") for option in NOT_HERE),
    ],
)
def test_a_bad_module_is_an_error_that_names_it(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=".") as error:
        Settings.parse(module(**options), Path())
    assert str(error.value).startswith(f"module 'm': {message}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "the file is \\[\\]; expected an object"),
        ('{"alow": []}', "the file has 'alow'; known keys are allow, modules"),
        ('{"allow": "x"}', "allow is 'x'; expected a list of texts"),
        ('{"allow": [], "allow": ["x"]}', "the key 'allow' is there twice"),
    ],
)
def test_a_bad_file_is_an_error(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "modules.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        Settings.load(path)


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        ("a\nb\n", 0o600, "has 2 lines"),
        ("", 0o600, "has 0 lines"),
        ("a" * 2000, 0o600, "more than 1024 bytes"),
        ("a\n", 0o644, "run chmod o= "),
    ],
)
def test_a_bad_password_file_is_an_error(content: str, mode: int, message: str, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(content)
    path.chmod(mode)
    document = {"modules": {"m": {"user": "probe", "password_file": "password"}}}
    with pytest.raises(ValueError, match=message):
        Settings.parse(document, tmp_path)


def test_a_password_file_is_beside_the_file_or_a_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = {"modules": {"m": {"user": "probe", "password_file": "password"}}}
    for folder in ("beside", "credentials"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "password").write_text(f"{folder}\n")
        (tmp_path / folder / "password").chmod(0o640)
    assert Settings.parse(document, tmp_path / "beside").modules["m"].options["password"] == "beside"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    assert Settings.parse(document, tmp_path / "beside").modules["m"].options["password"] == "credentials"


def test_the_sample_is_right(tmp_path: Path) -> None:
    (tmp_path / "probe").write_text("s3cret\n")
    (tmp_path / "probe").chmod(0o600)
    found = Settings.parse(json.loads(SAMPLE.read_text()), tmp_path)
    assert found.allow.entries
    assert list(found.modules) == ["passive", "both", "ftps"]
