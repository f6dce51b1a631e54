# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of the bench: where each is, how its mode is chosen, and what the oracle takes it for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._report import clients as known
from lab.common import LabError

from clients import kit

TLS = ("", "1.2", "1.3")
CLEAR = ("",)


@dataclass(frozen=True)
class Mode:
    """One way to set a client: its options for it, and what is then other than in the oracle's row of the client."""

    options: tuple[str, ...] = ()
    differs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """A client of the bench.

    name: how reports call it, without its version.  row: the oracle's name of it.  image: where it is.  kind: how a
    session of it is started (inside/sessions.py).  program: its path.  asked: the command that prints its version.
    modes: the first one is the client's own default.  tls: versions of TLS that it can be told to use, "" for none.
    files: how many it sends and gets; 0 if it only gets those that are there.  everywhere: whether it comes in broken
    situations, too; versions that differ in TLS alone need not.
    """

    name: str
    row: str
    image: str
    kind: str
    program: str
    asked: str
    modes: Mapping[str, Mode]
    tls: Sequence[str] = TLS
    files: int = 3
    everywhere: bool = True

    @property
    def system(self) -> str:
        """Return the system that it runs on, in words."""
        return f"Debian {self.image.removeprefix('clients')}"


_DEFAULT = Mode()
_TRIES_EPSV = {"tries": (known.EPSV, known.PASV)}
_PASV = {"tries": (known.PASV,)}
_ACTIVE = {"tries": ("EPRT", known.PORT)}
_PORT = {"tries": (known.PORT,)}
CURL = {
    "EPSV": _DEFAULT,
    "EPSV, any certificate": Mode(("--insecure",), {"certificates": known.LAX}),
    "PASV": Mode(("--disable-epsv",), _PASV),
    "PASV as announced": Mode(("--disable-epsv", "--no-ftp-skip-pasv-ip"), {**_PASV, "address": known.TRUSTED}),
    "EPRT": Mode(("-P", "-"), _ACTIVE),
    "PORT": Mode(("-P", "-", "--disable-eprt"), _PORT),
}
LFTP = {
    "PASV": _DEFAULT,
    "EPSV": Mode(("set ftp:prefer-epsv true",), _TRIES_EPSV),
    "PORT": Mode(("set ftp:passive-mode false",), {"tries": (known.PORT, known.PASV)}),
}
TNFTP = {
    "EPSV": _DEFAULT,
    "PASV": Mode(("epsv4",), {"tries": (known.PASV, known.PORT)}),
    "EPRT": Mode(("passive off",), _ACTIVE),
}
NCFTP = {"PASV": _DEFAULT, "PORT": Mode(("-E",), _PORT)}
WGET = {"PASV": _DEFAULT, "PORT": Mode(("--no-passive-ftp",), _PORT)}
FTPLIB = {"PASV": _DEFAULT, "PORT": Mode(("--active",), _PORT)}
COMMONS = {
    "PASV": _DEFAULT,
    "EPSV": Mode(("--EPSV",), _TRIES_EPSV),
    "PORT": Mode(("--active",), _PORT),
}

# The Java of default-jre-headless.
JAVA = {"clients12": 17, "clients13": 21}


def listed() -> list[Listed]:
    """Return all clients of the bench."""
    return [*_debian("clients12"), *_debian("clients13"), *_pythons(), *_kit(), *_stand_ins()]


def _debian(image: str) -> Iterator[Listed]:
    yield Listed("curl", "curl", image, "curl", "curl", _package("curl"), CURL)
    yield Listed("lftp", "lftp", image, "lftp", "lftp", _package("lftp"), LFTP)
    yield Listed("tnftp", "tnftp", image, "tnftp", "tnftp", _package("tnftp"), TNFTP, CLEAR)
    yield Listed("ncftp", "ncftp", image, "ncftp", "ncftpput", _package("ncftp"), NCFTP, CLEAR)
    yield Listed("wget", "wget", image, "wget", "wget", _package("wget"), WGET, files=0)
    yield Listed("Python ftplib", "Python ftplib", image, "ftplib", "python3", "python3 --version", FTPLIB)
    name = f"commons-net on Java {JAVA[image]}"
    yield Listed(name, "commons-net", image, "commons-net", "java", _package("libcommons-net-java"), COMMONS)


def _package(name: str) -> str:
    return f"dpkg-query --show --showformat='${{Version}}' {name}"


def _pythons() -> Iterator[Listed]:
    for path in kit.pythons():
        program = f"{kit.INSIDE}/{path.name}/bin/python{path.name.rpartition('.')[0]}"
        asked = f"{program} --version"
        modes = {"PASV": _DEFAULT}
        yield Listed("Python ftplib", "Python ftplib", "clients12", "ftplib", program, asked, modes, everywhere=False)


def _kit() -> Iterator[Listed]:
    for version in kit.AIOFTP:
        library = f"--library={kit.INSIDE}/aioftp-{version}"
        modes = {"EPSV": Mode((library,)), "PASV": Mode((library, "--PASV"), _PASV)}
        yield Listed("aioftp", "aioftp", "clients13", "aioftp", "python3", f"echo {version}", modes)
    for library, node in ((library, node) for library in kit.BASIC_FTP for node in kit.NODES):
        program = f"{kit.INSIDE}/node-{node}/node"
        place = f"{kit.INSIDE}/basic-ftp-{library}"
        modes = {
            "EPSV": Mode((place,)),
            "EPSV, any certificate": Mode(("--any-certificate", place), {"certificates": known.LAX}),
        }
        name = f"basic-ftp on Node.js {node}"
        newest = library == kit.BASIC_FTP[-1] and node in (kit.NODES[0], kit.NODES[-1])
        asked = f"{program} --version >/dev/null && echo {library}"
        yield Listed(name, "basic-ftp", "clients13", "basic-ftp", program, asked, modes, everywhere=newest)


def _stand_ins() -> Iterator[Listed]:
    modes = {
        "PORT, STOU": Mode(("--active", "--unique")),
        "PORT, TYPE A": Mode(("--active", "--type=A")),
        "PORT, TYPE A N": Mode(("--active", "--type=A N")),
        "PORT, TYPE L 8": Mode(("--active", "--type=L 8")),
        "PORT": Mode(("--active",)),
    }
    yield Listed(
        "active-only scanner", "active-only scanner", "clients13", "stand-in", "python3", "echo 1", modes, CLEAR
    )
    modes = {"PASV": Mode(), "PASV, STOU": Mode(("--unique",)), "PASV, TYPE A": Mode(("--type=A",))}
    yield Listed(
        "passive-only scanner", "passive-only scanner", "clients13", "stand-in", "python3", "echo 1", modes, CLEAR
    )


def chosen(wanted: str) -> list[Listed]:
    """Return the clients whose names begin with one of the comma-separated words; "" means all.

    Raise LabError for a word that begins no name.
    """
    everybody = listed()
    words = [word for word in wanted.split(",") if word]
    names = sorted({client.name for client in everybody})
    for word in words:
        if not any(name.startswith(word) for name in names):
            raise LabError(f"CLIENT={wanted}: {word} begins none of {', '.join(names)}")
    return [client for client in everybody if not words or client.name.startswith(tuple(words))]
