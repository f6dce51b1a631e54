# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several vantages have seen, and the exact findings at each, none too many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence, Session
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import report

PUBLIC, LAN, HOME = "203.0.113.13", "192.168.128.13", "192.168.1.20"


def cell(mode: str, stage: str = seen.DELETE, outcome: str = seen.OK, code: int = 0, **facts: object) -> Cell:
    """Return a cell of a service called at PUBLIC; by default, one that passed."""
    data = (HOME, 40001) if mode in seen.ACTIVE_MODES else (PUBLIC, 61042)
    made = Cell(mode, stage, outcome, code, f"{code} reply", PUBLIC, 21, *data)
    return replace(made, **facts)  # type: ignore[arg-type]


def at(*different: Cell, protections: tuple[str, ...] = (seen.CLEAR,), **facts: object) -> dict[str, Any]:
    """Return the module's result if all modes work but those given."""
    by_label = {other.label: other for other in different}
    cells = [cell(mode, protection=protection, **facts) for protection in protections for mode in seen.MODES]
    return judge(Evidence(tuple(by_label.get(one.label, one) for one in cells), lan_address=LAN))


def everywhere(stage: str, outcome: str, **facts: object) -> dict[str, Any]:
    return at(*(cell(mode, stage, outcome, **facts) for mode in seen.MODES))


def active(stage: str, outcome: str, code: int, *protections: str) -> tuple[Cell, ...]:
    """Return the active modes ending alike."""
    return tuple(
        cell(mode, stage, outcome, code, protection=protection)
        for protection in protections or (seen.CLEAR,)
        for mode in seen.ACTIVE_MODES
    )


def passive(stage: str, outcome: str) -> tuple[Cell, ...]:
    return tuple(cell(mode, stage, outcome) for mode in seen.PASSIVE_MODES)


WELL = at()
DEAD = everywhere(seen.CONTROL, seen.TIMEOUT)
BOTH = (seen.CLEAR, seen.PRIVATE)
BELIEVING = at(cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address=LAN))
ILLEGAL_PORT = active(seen.ANNOUNCE, seen.REJECTED, 500)

CASES = {
    "all is well": ({"internet": WELL, "nat": WELL, "lan": WELL}, {}),
    "dead from everywhere is no more than that": (
        {"internet": DEAD, "nat": DEAD, "lan": DEAD},
        {"control-port-timeout": ["internet", "nat", "lan"]},
    ),
    "masquerade address missing shows everywhere alike": (
        {"internet": BELIEVING, "nat": BELIEVING},
        {"private-address-announced": ["internet", "nat"]},
    ),
    "no hairpin": ({"internet": WELL, "lan": DEAD}, {"hairpin-missing": ["lan"]}),
    "no hairpin for data": (
        {"internet": WELL, "lan": at(*passive(seen.DATA, seen.TIMEOUT))},
        {"hairpin-missing": ["lan"]},
    ),
    "hairpin, and active mode is refused": (
        {"internet": WELL, "lan": at(*ILLEGAL_PORT)},
        {"active-over-hairpin": ["lan"]},
    ),
    "hairpin, and the server takes the client for a neighbour": (
        {"internet": WELL, "lan": BELIEVING},
        {"lan-address-announced-over-hairpin": ["lan"]},
    ),
    "served in the LAN at its LAN address only": (
        {"internet": DEAD, "lan": at(control_address=LAN, data_address=LAN)},
        {"right-inside-wrong-outside": ["internet"]},
    ),
    "refused outside is no rule missing": (
        {"internet": everywhere(seen.CONTROL, seen.REFUSED), "lan": WELL},
        {"control-port-refused": ["internet"]},
    ),
    "NAT without ALG, PORT refused": ({"internet": WELL, "nat": at(*ILLEGAL_PORT)}, {"active-behind-nat": ["nat"]}),
    "NAT without ALG, no connection": (
        {"internet": WELL, "nat": at(*active(seen.DATA, seen.REJECTED, 425))},
        {"active-behind-nat": ["nat"]},
    ),
    "NAT with an ALG that TLS blinds": (
        {
            "internet": at(protections=BOTH),
            "nat": at(*active(seen.ANNOUNCE, seen.REJECTED, 500, "P"), protections=BOTH),
        },
        {"tls-blinds-client-alg": ["nat"]},
    ),
    "active mode fails everywhere": (
        {"internet": at(*active(seen.DATA, seen.REJECTED, 425)), "nat": at(*active(seen.DATA, seen.REJECTED, 425))},
        {"active-data-missing": ["internet", "nat"]},
    ),
    "the client's network lets nothing out": ({"internet": WELL, "nat": DEAD}, {"client-network-blocks": ["nat"]}),
    "the client's network lets no data out": (
        {"internet": WELL, "nat": at(*passive(seen.DATA, seen.TIMEOUT))},
        {"client-network-blocks": ["nat"]},
    ),
    "the address differs on the way": ({"internet": WELL, "nat": BELIEVING}, {"announced-address-differs": ["nat"]}),
    "right inside, and the data dropped outside, which the Internet knows better": (
        {"internet": at(*passive(seen.DATA, seen.TIMEOUT)), "lan": WELL},
        {"passive-range-not-forwarded": ["internet"]},
    ),
}


@pytest.mark.parametrize(("results", "expected"), CASES.values(), ids=CASES)
def test_exactly_these_findings(results: dict[str, Any], expected: dict[str, list[str]]) -> None:
    made = report(results, {name: name for name in results})
    assert {finding["id"]: list(finding["vantages"]) for finding in made["findings"]} == expected
    assert made["passed"] is (not expected)


OUTBOUND = {
    "MX 12.24": "outbound-active-firmware",
    "MX 13.5": "outbound-active-firmware",
    "MX 13.6": "outbound-active-alg-idle",
    "MX 18.211.2": "outbound-active-alg-idle",
    None: "outbound-active-fails",
}


@pytest.mark.parametrize(("firmware", "expected"), OUTBOUND.items())
def test_active_mode_out_of_the_lan_depends_on_the_firmware(firmware: str | None, expected: str) -> None:
    made = report({"desk": at(*ILLEGAL_PORT), "vps": WELL}, {"desk": "outbound"}, firmware)
    assert [finding["id"] for finding in made["findings"]] == [expected]


def test_active_mode_out_of_the_lan_fails_at_a_server_that_has_none() -> None:
    nothing = at(*active(seen.DATA, seen.REJECTED, 425))
    made = report({"desk": nothing, "vps": nothing}, {"desk": "outbound"}, "MX 12.1")
    assert [finding["id"] for finding in made["findings"]] == ["active-data-missing"]


def test_a_finding_that_covers_more_than_what_is_explained_stays() -> None:
    """PORT fails from the Internet too, so NAT is not the reason here."""
    refused = cell("PORT", seen.ANNOUNCE, seen.REJECTED, 500)
    made = report({"vps": at(refused), "home": at(*ILLEGAL_PORT)}, {"home": "nat"})
    found = {finding["id"]: finding["vantages"] for finding in made["findings"]}
    assert found.pop("active-behind-nat") == {"home": ["EPRT"]}
    assert list(found.values()) == [{"vps": ["PORT"], "home": ["PORT", "EPRT"]}]


def changes(made: dict[str, Any]) -> dict[str, Any]:
    """Option -> value of what the only finding would change."""
    (finding,) = made["findings"]
    return {change["option"]: change["value"] for change in finding["changes"]}


def silent(client: str) -> dict[str, Any]:
    """Return what a client sees of a service that does not admit it."""
    cells = tuple(cell(mode, seen.CONTROL, seen.TIMEOUT) for mode in seen.MODES)
    return judge(Evidence(cells, lan_address=LAN, client_address=client))


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({"internet": WELL, "nat": at(*ILLEGAL_PORT)}, {}),
        ({"internet": WELL, "lan": DEAD}, {}),
        (
            {"internet": silent("203.0.113.100"), "lan": WELL},
            {"public_address": PUBLIC, "control_port": "21", "allowed_ips": ["203.0.113.100"]},
        ),
    ],
)
def test_what_mends_it(results: dict[str, Any], expected: dict[str, Any]) -> None:
    assert changes(report(results, {name: name for name in results})) == expected


def test_a_fault_at_several_vantages_is_mended_for_all_of_them() -> None:
    made = report({"one": silent("203.0.113.100"), "other": silent("203.0.113.101")})
    (finding,) = made["findings"]
    allowed = [change["value"] for change in finding["changes"] if change["option"] == "allowed_ips"]
    assert allowed == [["203.0.113.100"], ["203.0.113.101"]]
    assert len(finding["changes"]) == len({str(change) for change in finding["changes"]})


@pytest.mark.parametrize("order", [("home", "work"), ("work", "home")])
def test_the_price_of_a_change_is_told_whichever_vantage_proves_it(order: tuple[str, str]) -> None:
    def refused(*trials: Cell) -> dict[str, Any]:
        facts = {"protection": "P", "sessions": (Session("STOR", True, False),), "data_tls_version": "TLSv1.3"}
        ended = cell("PASV", seen.UPLOAD, seen.REJECTED, 522, **facts)
        ended = replace(ended, reply="522 SSL connection failed: session reuse required")
        return judge(Evidence((ended,), trials=trials))

    in_12 = cell("PASV", seen.DELETE, seen.OK, protection="P", variant=seen.SESSIONS, tls_version="TLSv1.2")
    results = {"home": refused(in_12), "work": refused()}
    (finding,) = report({name: results[name] for name in order})["findings"]
    assert finding["remedy"].count("Weakens security:") == finding["remedy"].count("The price: ") == 2


def test_a_vantage_that_was_not_probed_is_no_proof() -> None:
    made = report({"vps": WELL, "desk": {"failed": True, "msg": "no\nway"}})
    assert not made["passed"]
    assert (made["vantages"]["vps"]["error"], made["vantages"]["desk"]["error"]) == ("", "no way")


def test_what_ansible_adds_to_results_stays_out() -> None:
    registered = {**WELL, "invocation": {"module_args": {"user": "probe"}}, "item": "vps"}
    made = report({"vps": registered})
    assert "invocation" not in str(made)


@pytest.mark.parametrize(
    ("results", "places", "message"),
    [
        (["vps"], {}, "expected a dictionary"),
        ({"vps": "well"}, {}, "expected a dictionary"),
        ({"vps": WELL}, {"desk": "lan"}, "places has 'desk'; the vantages are vps"),
        ({"vps": WELL}, {"vps": "moon"}, "places.vps is 'moon'; expected one of internet, nat, lan, outbound"),
    ],
)
def test_bad_input(results: Any, places: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        report(results, places)
