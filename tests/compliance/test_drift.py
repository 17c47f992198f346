"""Drift between an approved configuration and the newest one."""

from collections.abc import Callable

import pytest

from compliance.drift import Drift, DriftLine, drift
from devices.parsers.errors import TruncatedText

IOS = """! Last configuration change at 09:37:40 CET Fri Nov 20 2026 by anna
version 17.9
hostname town
interface GigabitEthernet1/0/1
 description Reception
 switchport access vlan 10
!
interface GigabitEthernet1/0/2
 switchport access vlan 10
ip access-list extended MGMT
 permit tcp 10.0.0.0 0.0.0.255 any
 deny ip any any log
banner login ^C
Kun for os
^C
snmp-server community hemmelig RO
ntp clock-period 36029056
end
"""


def test_same_configuration_has_no_drift(compliant: Callable[[str], str]) -> None:
    for platform in ("ios", "eos", "junos"):
        assert drift(platform, compliant(platform), compliant(platform)) == Drift(platform=platform)


def test_lines_that_change_by_themselves_are_no_drift() -> None:
    current = IOS.replace("09:37:40", "23:59:59").replace("36029056", "17180000").replace("!\n", "!\n!\n")
    current = f"Building configuration...\n\nCurrent configuration : 999 bytes\n{current}"

    assert drift("ios", IOS, current) == Drift(platform="ios")


def test_changed_line_is_told_with_its_section_and_number_in_both_texts() -> None:
    current = IOS.replace("hostname town\n", "hostname town\nip domain name x\n").replace(
        "1/0/2\n switchport access vlan 10", "1/0/2\n switchport access vlan 20"
    )
    section = ("interface GigabitEthernet1/0/2",)

    assert drift("ios", IOS, current) == Drift(
        platform="ios",
        added=(
            DriftLine(line_number=4, section=(), text="ip domain name x"),
            DriftLine(line_number=10, section=section, text="switchport access vlan 20"),
        ),
        removed=(DriftLine(line_number=9, section=section, text="switchport access vlan 10"),),
    )


def test_line_that_moved_to_another_section_is_drift() -> None:
    current = IOS.replace(" description Reception\n", "").replace(
        "1/0/2\n", "1/0/2\n description Reception\n"
    )

    found = drift("ios", IOS, current)
    assert [(line.section, line.text) for line in found.added] == [
        (("interface GigabitEthernet1/0/2",), "description Reception")
    ]
    assert [(line.section, line.text) for line in found.removed] == [
        (("interface GigabitEthernet1/0/1",), "description Reception")
    ]


def test_sections_in_another_order_are_no_drift_but_an_access_list_in_another_order_is() -> None:
    first = "interface GigabitEthernet1/0/1\n description Reception\n switchport access vlan 10\n!\n"
    moved = IOS.replace(first, "").replace("ip access-list", f"{first}ip access-list")
    assert drift("ios", IOS, moved) == Drift(platform="ios")

    turned = IOS.replace(
        " permit tcp 10.0.0.0 0.0.0.255 any\n deny ip any any log\n",
        " deny ip any any log\n permit tcp 10.0.0.0 0.0.0.255 any\n",
    )
    assert drift("ios", IOS, turned) == Drift(platform="ios", reordered=("ip access-list extended MGMT",))


def test_changed_secret_is_drift_and_is_never_shown() -> None:
    found = drift("ios", IOS, IOS.replace("hemmelig", "aabent"))

    assert [line.text for line in (*found.added, *found.removed)] == ["snmp-server community <secret> RO"] * 2
    assert "hemmelig" not in found.model_dump_json()


def test_changed_banner_is_drift() -> None:
    found = drift("ios", IOS, IOS.replace("Kun for os", "Velkommen"))

    assert [line.text for line in found.added] == ["Velkommen"]
    assert [line.text for line in found.removed] == ["Kun for os"]


def test_junos_is_compared_by_statement_whatever_the_form(compliant: Callable[[str], str]) -> None:
    current = compliant("junos").replace("server 10.0.0.12 key 1;", "server 192.0.2.9;")
    found = drift("junos", compliant("junos"), current.replace("11:41:05", "12:00:00"))

    assert [(line.section, line.text) for line in found.added] == [
        (("system", "ntp", "server"), "set system ntp server 192.0.2.9")
    ]
    assert [line.text for line in found.removed] == ["set system ntp server 10.0.0.12 key 1"]


def test_deactivated_statement_is_drift(compliant: Callable[[str], str]) -> None:
    current = compliant("junos").replace("server 10.0.0.12 key 1;", "inactive: server 10.0.0.12 key 1;")
    found = drift("junos", compliant("junos"), current)

    assert [line.text for line in found.added] == ["deactivate system ntp server 10.0.0.12 key 1"]
    assert [line.text for line in found.removed] == ["set system ntp server 10.0.0.12 key 1"]


def test_configuration_that_is_cut_off_is_an_error_and_no_drift() -> None:
    with pytest.raises(TruncatedText, match="the current configuration"):
        drift("ios", IOS, IOS[: len(IOS) // 2])


FORTIOS = """#config-version=FGT61F-7.4.7-FW-build2731-250120:opmode=1:vdom=0:user=anna
config system snmp community
    edit 1
        set name "hemmelig"
    next
end
config user tacacs+
    edit "regional"
        set key ENC abcdefgh
    next
end
config firewall policy
    edit 1
        set action accept
    next
    edit 2
        set action deny
    next
end
"""


def test_fortios_secrets_that_read_differently_every_time_are_no_drift() -> None:
    assert drift("fortios", FORTIOS, FORTIOS.replace("ENC abcdefgh", "ENC other")) == Drift(
        platform="fortios"
    )


def test_fortios_community_is_told_masked_because_of_where_it_stands() -> None:
    found = drift("fortios", FORTIOS, FORTIOS.replace("hemmelig", "andet"))
    line = DriftLine(
        line_number=4, section=("config system snmp community", "edit 1"), text="set name <secret>"
    )
    assert (found.added, found.removed, found.reordered) == ((line,), (line,), ())


def test_junos_community_with_statements_of_its_own_is_masked_in_the_section_too() -> None:
    before = "snmp {\n    location x;\n}\n"
    after = before.replace("}", "    community kanarie {\n        authorization read-only;\n    }\n}")
    assert drift("junos", before, after).added == (
        DriftLine(
            line_number=4,
            section=("snmp", "community", "<secret>", "authorization"),
            text="set snmp community <secret> authorization read-only",
        ),
    )


def test_fortios_policies_in_another_order_are_drift() -> None:
    first, rest = FORTIOS.split("    edit 1\n        set action")
    moved = f"{first}    edit 2\n        set action deny\n    next\n    edit 1\n        set action accept\n"
    found = drift("fortios", FORTIOS, f"{moved}    next\nend\n")
    assert rest
    assert (found.added, found.removed, found.reordered) == ((), (), ("config firewall policy",))
