"""What a device is judged by beside its two configurations: its full form and its operational outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devices.evidence_commands import EVIDENCE_COMMANDS, evidence_commands
from devices.profiles import PROFILES
from devices.service import collect, collect_evidence

if TYPE_CHECKING:
    from devices.models import Platform
    from tests.devices.conftest import Benches

ASKED: tuple[Platform, ...] = ("ios", "eos", "junos", "aoscx", "nxos", "fortios")
# A default of each platform that only the full form of its configuration shows.
HIDDEN: dict[Platform, str] = {"ios": "ip source-route", "eos": "ip icmp redirect"}


@pytest.mark.parametrize("platform", ASKED)
def test_every_command_that_a_platform_is_judged_by_is_answered(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    collection = collect_evidence(bench.target)
    asked = evidence_commands(platform)
    expected = {*PROFILES[platform].show_commands, *asked.shows, *((asked.full,) if asked.full else ())}
    assert set(collection.shown) == expected
    assert collection.refused == ()
    plain = collect(bench.target)
    assert (collection.running, collection.startup) == (plain.running, plain.startup) or platform == "fortios"
    assert bench.twin.state().commits == 0


@pytest.mark.parametrize("platform", sorted(HIDDEN))
def test_a_default_that_the_short_form_hides_stands_in_the_full_one(
    benches: Benches, platform: Platform
) -> None:
    bench = benches.start(platform)
    collection = collect_evidence(bench.target)
    full = collection.shown[EVIDENCE_COMMANDS[platform].full or ""]
    assert HIDDEN[platform] not in [line.strip() for line in collection.running.splitlines()]
    assert HIDDEN[platform] in [line.strip() for line in full.splitlines()]
    assert "no ip domain lookup" not in full or "\nip domain" not in full


def test_a_command_that_the_device_does_not_take_is_kept_with_its_refusal(benches: Benches) -> None:
    bench = benches.start("ios", change=("lldp run\n", ""))
    collection = collect_evidence(bench.target)
    [refused] = collection.refused
    assert (refused.command, "LLDP is not enabled" in refused.text) == ("show lldp neighbors detail", True)
    assert "show lldp neighbors detail" not in collection.shown
    assert "show snmp user" in collection.shown


def test_a_line_of_the_full_form_that_begins_like_a_refusal_is_none(benches: Benches) -> None:
    banner = "banner motd ^C\n% authorised only\n^C\nline con 0"
    bench = benches.start("ios", change=("line con 0", banner))
    assert "\n% authorised only\n" in collect_evidence(bench.target).shown["show running-config all"]


def test_ios_users_of_snmp_are_told_by_the_output_only(benches: Benches) -> None:
    user = "snmp-server user drift NMS v3 auth sha x priv aes 256 y"
    line = "snmp-server community public RO"
    bench = benches.start("ios", change=(line, f"snmp-server group NMS v3 priv\n{user}\n{line}"))
    collection = collect_evidence(bench.target)
    shown = collection.shown
    assert "snmp-server user" not in collection.running + shown["show running-config all"]
    assert "User name: drift\n" in shown["show snmp user"]
    assert "Privacy Protocol: AES256\nGroup-name: NMS" in shown["show snmp user"]


def test_dhcp_snooping_is_told_as_it_works_and_not_as_it_is_configured(benches: Benches) -> None:
    ios = benches.start("ios", change=("lldp run\n", "lldp run\nip dhcp snooping vlan 10,77\n"))
    shown = collect_evidence(ios.target).shown["show ip dhcp snooping"]
    assert "snooping is disabled\n" in shown
    assert "configured on following VLANs:\n10,77\n" in shown
    assert "operational on following VLANs:\nnone\n" in shown
    eos = benches.start(
        "eos", change=("no ip routing\n", "ip dhcp snooping\nip dhcp snooping vlan 1\nno ip routing\n")
    )
    assert "is not operational\n" in collect_evidence(eos.target).shown["show ip dhcp snooping"]
