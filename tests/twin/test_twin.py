# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The twin finds each mistake of an export, by packets and by mx_reach, and finds none in sound ones.

Each file of `exports` has one mistake, or none if its name begins with sound; `expect` says which rows fail.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of
from lab.common import ROOT
from twin import inventory, page, words
from twin.common import TwinError
from twin.places import Place
from twin.rows import BROKEN, FAILS, FINE, PARTLY, UNCHANGED, WORKS
from twin.servers import NO_TLS
from twin.stage import Play, play
from twin.words import Answer

USABLE = os.geteuid() == 0 and all(map(shutil.which, ("ip", "nft", "nsenter")))
pytestmark = pytest.mark.skipif(not USABLE, reason="needs root, ip, nft and nsenter")

FILES = sorted(Path(__file__).with_name("exports").glob("*.json"))
SOUND = [file.stem for file in FILES if file.stem.startswith("sound")]
MISTAKES = [file.stem for file in FILES if file.stem not in SOUND]
# A play waits most of the time, for packets that are dropped.
AT_ONCE = 5


class Seen(NamedTuple):
    """What came of one file: the answer, whether mx_reach lets each endpoint pass, today and after, and the refusal."""

    expected: dict[str, Any]
    answer: Answer
    today: dict[str, bool]
    after: dict[str, bool]
    refusal: str

    def failing(self, moment: str) -> set[str]:
        """Return what the inventory needs and does not have at a moment, by the packets."""
        return {row.what for row in self.answer.rows if row.needed and getattr(row, moment).state != WORKS}


def _seen(file: Path) -> Seen:
    content = json.loads(file.read_text())
    document = parse(content, "export")
    hosts = {name: {**each, "twin_tls": NO_TLS} for name, each in content["servers"].items()}
    servers = inventory.inventory(hosts, ["Head office", "N_1"], facts_of(document))
    played = play(document, servers)
    passes = ({name: each["passed"] for name, each in moment.reach.items()} for moment in (played.today, played.after))
    return Seen(content["expect"], words.answer(played), *passes, played.refusal)


@pytest.fixture(scope="module")
def seen() -> dict[str, Seen]:
    with ProcessPoolExecutor(AT_ONCE, multiprocessing.get_context("fork")) as pool:
        return {file.stem: found for file, found in zip(FILES, pool.map(_seen, FILES))}


def test_there_are_ten_mistakes_and_five_sound_exports() -> None:
    assert (len(MISTAKES), len(SOUND)) == (10, 5)


@pytest.mark.parametrize("name", [*MISTAKES, *SOUND])
def test_mx_reach_and_the_packets_agree(name: str, seen: dict[str, Seen]) -> None:
    assert list(seen[name].answer.disagreements) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_by_packets_and_by_mx_reach(name: str, seen: dict[str, Seen]) -> None:
    found = seen[name]
    assert found.failing("today") == set(found.expected["fails_today"])
    assert not all(found.today.values())


@pytest.mark.parametrize("name", MISTAKES)
def test_the_change_mends_what_rules_can_mend(name: str, seen: dict[str, Seen]) -> None:
    found = seen[name]
    assert found.failing("after") == set(found.expected["fails_after"])
    assert all(found.after.values()) != bool(found.expected["fails_after"])
    assert found.expected["refusal"] in found.refusal
    assert bool(found.expected["refusal"]) == bool(found.refusal)


@pytest.mark.parametrize("name", [*MISTAKES, *SOUND])
def test_what_the_change_breaks_for_others_is_named(name: str, seen: dict[str, Seen]) -> None:
    found = seen[name]
    broken = [row for row in found.answer.rows if row.effect == BROKEN]
    assert [row.subject for row in broken] == found.expected["broken"]
    assert all(row.after.state in (FAILS, PARTLY) and row.after.reason for row in broken)


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_export_raises_no_alarm(name: str, seen: dict[str, Seen]) -> None:
    found = seen[name]
    assert found.failing("today") == found.failing("after") == set()
    assert {row.effect for row in found.answer.rows} <= {FINE, UNCHANGED}
    assert all(found.today.values())
    assert found.answer.good


def test_the_page_has_each_row_and_asks_for_nothing(seen: dict[str, Seen]) -> None:
    found = seen["takes_a_foreign_port"].answer
    shown = page.page(found, "Twin of <Head office>")
    assert "Twin of &lt;Head office&gt;" in shown
    assert "default-src 'none'" in shown
    assert all(row.what in shown for row in found.rows)


def _head_office() -> dict[str, Any]:
    export: dict[str, Any] = json.loads((ROOT / "docs" / "twin" / "head-office.json").read_text())
    return export


def _played(export: dict[str, Any], **endpoint: Any) -> Play:
    """Return the play of an export with one server, which has passive mode only."""
    given = {"public_address": "203.0.113.13", "lan_address": "10.10.0.13", "passive_ports": "50000-50100"}
    asked = {**given, "name": "files", "modes": ["passive"], "network": "N_1", **endpoint}
    hosts = {"files": {"ftp_endpoint": asked, "ftp_lan_networks": ["10.10.0.0/24"], "twin_tls": NO_TLS}}
    return play(export, inventory.inventory(hosts, ["N_1"], facts_of(export)))


def _states(played: Play) -> dict[str, tuple[str, str]]:
    assert [*played.today.disagreements, *played.after.disagreements] == []
    return {row.what: (row.today.state, row.after.state) for row in words.answer(played).rows}


def test_two_uplinks_behind_one_router_have_one_address() -> None:
    export = _head_office()
    for uplink, own in zip(export["uplinkStatuses"][0]["uplinks"], ("192.168.1.2", "192.168.1.3")):
        uplink.update(ip=own, gateway="192.168.1.1", publicIp="203.0.113.2")
    found = _states(_played(export))
    assert found["203.0.113.2 port 443 by internet1 to 10.20.0.8"] == (WORKS, WORKS)
    assert found["203.0.113.2 port 443 by internet2 to 10.20.0.8"] == (WORKS, WORKS)


def test_a_warm_spare_pair_has_the_address_that_both_share() -> None:
    export = _head_office()
    shared = {"wan1": {"ip": "203.0.113.9", "subnet": "203.0.113.0/24"}}
    serials = {"primarySerial": "Q2XX-0000-0001", "spareSerial": "Q2XX-0000-0002"}
    export["warmSpare"] = {"enabled": True, "uplinkMode": "virtual", **serials, **shared}
    found = _states(_played(export, public_address="203.0.113.9", publish_by="port_forwarding"))
    assert found["203.0.113.9 port 443 by internet1 to 10.20.0.8"] == (WORKS, WORKS)
    assert found["passive mode, Internet"] == (FAILS, WORKS)


def test_what_was_not_tried_is_told() -> None:
    export = _head_office()
    more = {"lanIp": "10.20.0.9", "publicPort": "5060", "localPort": "5060", "uplink": "internet1"}
    export["portForwardingRules"]["rules"] += [
        {**more, "name": "inside", "protocol": "tcp", "allowedIps": ["10.20.0.0/24"]},
        {**more, "name": "calls", "protocol": "udp", "allowedIps": ["any"]},
    ]
    told = words.answer(_played(export)).unknown
    assert any("no client that was tried may use it: port forwarding rule 3 'inside'" in each for each in told)
    assert any("because it is not TCP: port forwarding rule 4 'calls', udp" in each for each in told)


def test_nat_of_an_address_to_itself_is_refused() -> None:
    export = _head_office()
    export["oneToOneNatRules"]["rules"][0]["lanIp"] = "203.0.113.13"
    with pytest.raises(TwinError, match=r"the public address as well: 1:1 NAT rule 1 'files FTP' \(203\.0\.113\.13\)"):
        _played(export)


def test_a_connection_without_an_answer_is_soon_forgotten() -> None:
    with ExitStack() as stack:
        seconds = Place("mx", stack).run("cat", "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_sent")
    assert seconds == "1\n"
