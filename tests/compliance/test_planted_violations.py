"""One planted violation fails exactly its control, and what mends it makes everything pass again.

Every violation starts from a configuration that passes all that applies. It is judged and mended, the lines
are entered into a twin by the twin's own interpreter, and what the twin then holds is judged again.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.context import DeviceContext
from compliance.controls.registry import judged_controls
from compliance.models import ControlVerdict
from compliance.remediation.remediate import MENDERS, remediate
from devices.parsers import parse


class Planted(NamedTuple):
    """What is planted: text that stands in the compliant configuration, and what replaces it."""

    control: str
    platform: str
    old: str
    new: str
    mended_by: str | None = ""

    @property
    def label(self) -> str:
        return f"{self.control}-{self.platform}-{self.new[:40].strip() or 'removed ' + self.old[:30].strip()}"


IOS_VTY = "line vty 5 15\n transport input ssh\n"
IOS_TRUNK = " switchport trunk native vlan 998\n switchport trunk allowed vlan 30-40\n"
EOS_TRUNK = "   switchport trunk native vlan 998\n   switchport trunk allowed vlan 30-40\n"
USG_TEXT = "You are accessing a U.S. Government (USG) Information System"

IOS = (
    (
        "MGT-01",
        IOS_VTY,
        "line vty 5 15\n transport input telnet ssh\n",
        "line vty 5 15\n transport input ssh\n",
    ),
    ("MGT-01", IOS_VTY, "line vty 5 15\n transport input all\n", "line vty 5 15\n transport input ssh\n"),
    ("MGT-01", IOS_VTY, "line vty 5 15\n", "line vty 5 15\n transport input ssh\n"),
    ("MGT-01", IOS_VTY, "line vty 5 15\n no transport input\n", "line vty 5 15\n transport input ssh\n"),
    ("MGT-01", IOS_VTY, "LINE VTY 5 15\n TRANSPORT INPUT TELNET\n", "line vty 5 15\n transport input ssh\n"),
    (
        "MGT-01",
        IOS_VTY,
        "line vty 5 9\n transport input ssh\nline vty 10 15\n transport input rlogin ssh\n",
        None,
    ),
    ("MGT-01", "line vty 0 4\n", "line aux 0\n transport input telnet\nline vty 0 4\n", None),
    ("MGT-02", "ip ssh version 2\n", "", "ip ssh version 2\n"),
    ("MGT-02", "ip ssh version 2\n", "ip ssh version 1\n", "ip ssh version 2\n"),
    ("MGT-02", "logging host 10.0.0.21\n", "logging host 10.0.0.21\n!\nno ip ssh version 2\n", None),
    (
        "MGT-02",
        "mac hmac-sha2-512 hmac-sha2-256",
        "mac hmac-sha2-256 hmac-sha1",
        "ip ssh server algorithm mac hmac-sha2-256\n",
    ),
    (
        "MGT-02",
        "encryption aes256-ctr aes192-ctr aes128-ctr",
        "encryption aes128-cbc",
        "ip ssh server algorithm encryption aes256-ctr aes192-ctr aes128-ctr\n",
    ),
    (
        "MGT-02",
        "kex ecdh-sha2-nistp521 ecdh-sha2-nistp384",
        "kex ecdh-sha2-nistp521 diffie-hellman-group14-sha1",
        "ip ssh server algorithm kex ecdh-sha2-nistp521\n",
    ),
    (
        "MGT-02",
        "ip ssh server algorithm mac hmac-sha2-512 hmac-sha2-256\n",
        "",
        "ip ssh server algorithm mac hmac-sha2-512 hmac-sha2-256\n",
    ),
    ("MGT-04", " exec-timeout 9 30\n", " exec-timeout 0 0\n", "line con 0\n exec-timeout 10 0\n"),
    ("MGT-04", " exec-timeout 10 0\n", " exec-timeout 10 30\n", "line vty 0 4\n exec-timeout 10 0\n"),
    (
        "MGT-04",
        " exec-timeout 10 0\n",
        " exec-timeout 10 0\n no exec-timeout\n",
        "line vty 0 4\n exec-timeout 10 0\n",
    ),
    (
        "MGT-06",
        "banner login ^C\nKun for autoriserede brugere.\n^C\n",
        "",
        "banner login #\nKun for autoriserede brugere.\nAl adgang logges.\n#\n",
    ),
    ("MGT-06", "banner login ^C", "banner motd ^C", ""),
    ("MGT-06", "Kun for autoriserede brugere.", USG_TEXT, ""),
    ("MGT-06", "banner login ^C\nKun for autoriserede brugere.\n^C\n", "banner login ^C\n \n^C\n", ""),
    (
        "AAA-01",
        (
            "aaa new-model\naaa authentication login default group tacacs+ local\n"
            "aaa authorization exec default group tacacs+ local\n"
        ),
        "no aaa new-model\n",
        (
            "aaa new-model\naaa authentication login default group tacacs+ local\n"
            "aaa authorization exec default group tacacs+ local\n"
        ),
    ),
    (
        "AAA-01",
        "login default group tacacs+ local",
        "login default local",
        "aaa authentication login default group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "login default group tacacs+ local",
        "login default local group tacacs+",
        "aaa authentication login default group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "login default group tacacs+ local",
        "login default group tacacs+",
        "aaa authentication login default group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "login default group tacacs+ local",
        "login default group tacacs+ local none",
        "aaa authentication login default group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "tacacs server SECOND\n address ipv4 10.0.0.2\n",
        "",
        "tacacs server AAA-10-0-0-2\n address ipv4 10.0.0.2\n",
    ),
    (
        "AAA-01",
        " address ipv4 10.0.0.2\n",
        " address ipv4 10.0.0.1\n",
        "tacacs server AAA-10-0-0-2\n address ipv4 10.0.0.2\n",
    ),
    (
        "AAA-01",
        " address ipv4 10.0.0.2\n",
        " address ipv4 192.0.2.2\n",
        "tacacs server AAA-10-0-0-2\n address ipv4 10.0.0.2\n",
    ),
    (
        "AAA-01",
        IOS_VTY,
        "line vty 5 15\n login authentication NOBODY\n transport input ssh\n",
        "aaa authentication login NOBODY group tacacs+ local\n",
    ),
    (
        "AAA-01",
        "aaa authentication login default group tacacs+ local\n",
        (
            "aaa group server tacacs+ TOWN\n server name FIRST\n!\n"
            "aaa authentication login default group TOWN local\n"
        ),
        "aaa group server tacacs+ TOWN\n server name SECOND\n",
    ),
    ("SNMP-01", "snmp-server group OPS v3 priv\n", "snmp-server community public RO\n", None),
    (
        "SNMP-01",
        "snmp-server group OPS v3 priv\n",
        "SNMP-SERVER COMMUNITY Public RO 10\nno snmp-server community public\n",
        "no snmp-server community Public\n",
    ),
    ("NTP-01", "ntp server 10.0.0.11\n", "", "ntp server 10.0.0.11\n"),
    ("NTP-01", "ntp server 10.0.0.11\n", "ntp server 10.0.0.12\n", "ntp server 10.0.0.11\n"),
    ("NTP-01", "ntp server 10.0.0.11\n", "ntp server 192.0.2.11\n", "ntp server 10.0.0.11\n"),
    ("LOG-01", "logging host 10.0.0.22\n", "", "logging host 10.0.0.22\n"),
    ("LOG-01", "logging host 10.0.0.22\n", "no logging on\nlogging host 10.0.0.22\n", "logging on\n"),
    (
        "L2-01",
        (
            "interface GigabitEthernet1/0/2\n description UNUSED\n switchport access vlan 999\n"
            " switchport mode access\n shutdown\n"
        ),
        "interface GigabitEthernet1/0/2\n",
        "interface GigabitEthernet1/0/2\n switchport access vlan 999\n shutdown\n",
    ),
    (
        "L2-01",
        " description UNUSED\n switchport access vlan 999\n switchport mode access\n shutdown\n",
        " description UNUSED\n switchport access vlan 999\n switchport mode access\n",
        "interface GigabitEthernet1/0/2\n shutdown\n",
    ),
    (
        "L2-01",
        " description UNUSED\n switchport access vlan 999\n",
        " description ubrugt stik\n switchport access vlan 10\n",
        "interface GigabitEthernet1/0/2\n switchport access vlan 999\n",
    ),
    (
        "L2-01",
        "allowed vlan 30-40",
        "allowed vlan 30-40,990-1000",
        "interface TenGigabitEthernet1/1/2\n switchport trunk allowed vlan 30-40,990-998,1000\n",
    ),
    (
        "L2-01",
        " switchport trunk allowed vlan 30-40\n",
        "",
        "interface TenGigabitEthernet1/1/2\n switchport trunk allowed vlan 1-998,1000-4094\n",
    ),
    (
        "L2-03",
        IOS_TRUNK,
        " switchport trunk allowed vlan 30-40\n",
        "interface TenGigabitEthernet1/1/2\n switchport trunk native vlan 998\n",
    ),
    (
        "L2-03",
        IOS_TRUNK,
        " switchport trunk native vlan 1\n switchport trunk allowed vlan 30-40\n",
        "interface TenGigabitEthernet1/1/2\n switchport trunk native vlan 998\n",
    ),
    (
        "SEN-01",
        "monitor session 1 source interface TenGigabitEthernet1/1/1\n",
        "",
        "monitor session 1 source interface TenGigabitEthernet1/1/1 both\n",
    ),
    (
        "SEN-01",
        "monitor session 1 source interface TenGigabitEthernet1/1/1\n",
        "monitor session 1 source interface TenGigabitEthernet1/1/1 tx\n",
        "monitor session 1 source interface TenGigabitEthernet1/1/1 both\n",
    ),
    (
        "SEN-02",
        "monitor session 1 source interface TenGigabitEthernet1/1/2\n",
        "monitor session 1 source interface TenGigabitEthernet1/1/2 rx\n",
        "monitor session 1 source interface TenGigabitEthernet1/1/2 both\n",
    ),
    (
        "SEN-03",
        " description Sensor\n",
        " description Sensor\n switchport access vlan 10\n",
        "interface GigabitEthernet1/0/48\n no switchport access vlan 10\n",
    ),
    (
        "SEN-03",
        " description Sensor\n",
        " description Sensor\n shutdown\n",
        "interface GigabitEthernet1/0/48\n no shutdown\n",
    ),
    (
        "SEN-03",
        "interface GigabitEthernet1/0/48 encapsulation replicate\n",
        "interface GigabitEthernet1/0/48 encapsulation replicate ingress dot1q vlan 10\n",
        (
            "no monitor session 1 destination interface GigabitEthernet1/0/48 encapsulation replicate "
            "ingress dot1q vlan 10\n"
            "monitor session 1 destination interface GigabitEthernet1/0/48 encapsulation replicate\n"
        ),
    ),
)

EOS_SSH = "management ssh\n"
EOS = (
    ("MGT-01", EOS_SSH, "management telnet\n   no shutdown\n!\nmanagement ssh\n", ""),
    (
        "MGT-01",
        EOS_SSH,
        "management telnet\n   vrf MGMT\n      no shutdown\n!\nmanagement ssh\n",
        "management telnet\n   vrf MGMT\n      shutdown\n",
    ),
    ("MGT-02", "   cipher aes256-ctr aes128-ctr\n", "", "management ssh\n   cipher aes256-ctr aes128-ctr\n"),
    (
        "MGT-02",
        "   mac hmac-sha2-512 hmac-sha2-256\n",
        "   mac hmac-sha1 hmac-sha2-256\n",
        "management ssh\n   mac hmac-sha2-256\n",
    ),
    ("MGT-04", "   idle-timeout 5\n", "   idle-timeout 11\n", "management ssh\n   idle-timeout 10\n"),
    ("MGT-04", "   idle-timeout 5\n", "   idle-timeout 0\n", "management ssh\n   idle-timeout 10\n"),
    ("MGT-04", "management console\n   idle-timeout 10\n", "", "management console\n   idle-timeout 10\n"),
    (
        "MGT-06",
        "banner login\n",
        "banner motd\n",
        "banner login\nKun for autoriserede brugere.\nAl adgang logges.\nEOF\n",
    ),
    ("MGT-06", "Kun for autoriserede brugere.", USG_TEXT, ""),
    (
        "AAA-01",
        "aaa authentication login default group tacacs+ local\n",
        "",
        "aaa authentication login default group tacacs+ local\n",
    ),
    ("AAA-01", "tacacs-server host 10.0.0.2\n", "", "tacacs-server host 10.0.0.2\n"),
    ("SNMP-01", "snmp-server group ops v3 priv\n", "snmp-server community hemmelig ro\n", ""),
    ("NTP-01", "ntp server 10.0.0.12\n", "", "ntp server 10.0.0.12\n"),
    ("LOG-01", "logging host 10.0.0.22\n", "", "logging host 10.0.0.22\n"),
    (
        "L2-01",
        "   description Unused\n   shutdown\n   switchport access vlan 999\n",
        "",
        "interface Ethernet3\n   switchport access vlan 999\n   shutdown\n",
    ),
    (
        "L2-01",
        "allowed vlan 30-40",
        "allowed vlan 30-40,999",
        "interface Ethernet2\n   switchport trunk allowed vlan 30-40\n",
    ),
    (
        "L2-03",
        EOS_TRUNK,
        "   switchport trunk allowed vlan 30-40\n",
        "interface Ethernet2\n   switchport trunk native vlan 998\n",
    ),
    (
        "SEN-01",
        "monitor session ndr source Ethernet1\n",
        "monitor session ndr source Ethernet1 rx\n",
        "monitor session ndr source Ethernet1 both\n",
    ),
    (
        "SEN-02",
        "monitor session ndr source Ethernet2 both\n",
        "",
        "monitor session ndr source Ethernet2 both\n",
    ),
    (
        "SEN-03",
        "   description Sensor\n",
        "   description Sensor\n   switchport access vlan 10\n",
        "interface Ethernet48\n   no switchport access vlan 10\n",
    ),
    ("SEN-03", "   description Sensor\n", "   description Sensor\n   shutdown\n", ""),
    (
        "SEN-03",
        "monitor session ndr source Ethernet1\n",
        "monitor session ndr source Ethernet1\nmonitor session ndr source Ethernet48 rx\n",
        "no monitor session ndr source Ethernet48\n",
    ),
)

JUNOS = (
    (
        "MGT-01",
        "        netconf {\n",
        "        telnet;\n        netconf {\n",
        "delete system services telnet\n",
    ),
    (
        "MGT-02",
        "protocol-version v2;",
        "protocol-version v1;",
        "delete system services ssh protocol-version v1\nset system services ssh protocol-version v2\n",
    ),
    (
        "MGT-02",
        "ciphers [ aes256-ctr aes192-ctr aes128-ctr ]",
        "ciphers [ aes256-ctr aes128-cbc ]",
        "delete system services ssh ciphers aes128-cbc\n",
    ),
    (
        "MGT-02",
        "            key-exchange [ ecdh-sha2-nistp521 ecdh-sha2-nistp384 ];\n",
        "",
        (
            "set system services ssh key-exchange ecdh-sha2-nistp521\n"
            "set system services ssh key-exchange ecdh-sha2-nistp384\n"
            "set system services ssh key-exchange ecdh-sha2-nistp256\n"
        ),
    ),
    ("MGT-04", "        idle-timeout 10;\n", "", "set system login idle-timeout 10\n"),
    (
        "MGT-04",
        "        idle-timeout 10;\n",
        "        idle-timeout 30;\n",
        "set system login idle-timeout 10\n",
    ),
    (
        "MGT-04",
        "        idle-timeout 10;\n",
        (
            "        idle-timeout 10;\n        class ops {\n"
            "            idle-timeout 60;\n            permissions view;\n        }\n"
        ),
        "set system login class ops idle-timeout 10\n",
    ),
    (
        "MGT-06",
        "        message ",
        "        announcement ",
        'set system login message "Kun for autoriserede brugere.\\nAl adgang logges."\n',
    ),
    (
        "AAA-01",
        "authentication-order [ tacplus password ]",
        "authentication-order password",
        (
            "delete system authentication-order\nset system authentication-order tacplus\n"
            "set system authentication-order password\n"
        ),
    ),
    (
        "AAA-01",
        "    authentication-order [ tacplus password ];\n",
        "",
        "set system authentication-order tacplus\nset system authentication-order password\n",
    ),
    (
        "AAA-01",
        '        10.0.0.2 {\n            secret "$9$madeup"; ## SECRET-DATA\n        }\n',
        "",
        "set system tacplus-server 10.0.0.2\n",
    ),
    (
        "SNMP-01",
        '    location "Town hall";\n',
        '    location "Town hall";\n    community hemmelig {\n        authorization read-only;\n    }\n',
        "delete snmp community hemmelig\n",
    ),
    ("NTP-01", "        server 10.0.0.12;\n", "", "set system ntp server 10.0.0.12\n"),
    ("NTP-01", "        server 10.0.0.12;\n", "        inactive: server 10.0.0.12;\n", None),
    (
        "LOG-01",
        "        host 10.0.0.22 {\n            any info;\n",
        "        host 10.0.0.22 {\n            any warning;\n",
        "set system syslog host 10.0.0.22 any info\n",
    ),
    (
        "L2-01",
        "        disable;\n",
        "",
        None,
    ),
    ("L2-01", "members 30-40", "members [ 30-40 parking ]", None),
    ("L2-03", "native-vlan-id 998", "native-vlan-id 1", None),
    ("L2-03", "native-vlan-id 998", "native-vlan-id 35", None),
    (
        "SEN-01",
        "            egress {\n                interface xe-0/1/0.0;\n",
        "            egress {\n                inactive: interface xe-0/1/0.0;\n",
        None,
    ),
    (
        "SEN-02",
        "                interface xe-0/1/1.0;\n            }\n            egress {\n",
        "            }\n            egress {\n",
        None,
    ),
    (
        "SEN-03",
        "            family ethernet-switching;\n",
        (
            "            family ethernet-switching {\n                vlan {\n"
            "                    members users;\n                }\n            }\n"
        ),
        None,
    ),
)

PLANTED = tuple(
    Planted(control, platform, old, new, mended_by)
    for platform, rows in (("ios", IOS), ("eos", EOS), ("junos", JUNOS))
    for control, old, new, mended_by in rows
)
_FIXTURES = [HealthCheck.function_scoped_fixture]
MANUAL = {
    ("junos", "L2-01"),
    ("junos", "L2-03"),
    ("junos", "SEN-01"),
    ("junos", "SEN-02"),
    ("junos", "SEN-03"),
}


def plant(planted: Planted, compliant: Callable[[str], str]) -> str:
    text = compliant(planted.platform)
    assert text.count(planted.old) >= 1, f"{planted.old!r} is not in the compliant configuration"
    head, tail = text.rsplit(planted.old, 1)
    return head + planted.new + tail


def outcomes(verdicts: tuple[ControlVerdict, ...]) -> dict[str, str]:
    return {one.control: one.verdict.value for one in verdicts}


def everything_passes(**changed: str) -> dict[str, str]:
    return {**{control.id: "PASS" for control in judged_controls()}, **changed}


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_compliant_configuration_passes_every_control(
    platform: str, compliant: Callable[[str], str], judge: Callable[..., tuple[ControlVerdict, ...]]
) -> None:
    assert outcomes(judge(platform, compliant(platform))) == everything_passes()


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.label)
def test_planted_violation_fails_exactly_its_control(
    planted: Planted, compliant: Callable[[str], str], judge: Callable[..., tuple[ControlVerdict, ...]]
) -> None:
    verdicts = judge(planted.platform, plant(planted, compliant))

    assert outcomes(verdicts) == everything_passes(**{planted.control: "FAIL"})
    assert all(one.observations for one in verdicts)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.label)
def test_verdict_shows_lines_as_they_stand_in_the_text(
    planted: Planted, compliant: Callable[[str], str], judge: Callable[..., tuple[ControlVerdict, ...]]
) -> None:
    text = plant(planted, compliant)
    lines = text.splitlines()

    for verdict in judge(planted.platform, text):
        for seen in verdict.observations:
            if "<secret>" not in seen.text:
                assert seen.text == lines[seen.line_number - 1].strip()


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.label)
def test_remediation_mends_exactly_what_was_planted(
    planted: Planted,
    compliant: Callable[[str], str],
    judge: Callable[..., tuple[ControlVerdict, ...]],
    site: Callable[..., DeviceContext],
    apply: Callable[[str, str, str], str],
) -> None:
    text = plant(planted, compliant)
    context = site(planted.platform)
    facts = parse(planted.platform, text)
    remediation = remediate("town", facts, judge(planted.platform, text), context)
    if (planted.platform, planted.control) in MANUAL or "inactive:" in planted.new:
        assert (remediation.lines, remediation.controls) == ("", ())
        assert [item.control for item in remediation.manual] == [planted.control]
        return
    assert (remediation.controls, remediation.manual) == ((planted.control,), ())
    if planted.mended_by:
        assert remediation.lines == planted.mended_by

    mended = apply(planted.platform, text, remediation.lines)
    assert outcomes(judge(planted.platform, mended)) == everything_passes()
    again = remediate("town", parse(planted.platform, mended), judge(planted.platform, mended), context)
    assert (again.lines, again.controls, again.manual) == ("", (), ())


def test_every_control_has_a_planted_violation_on_every_platform_it_claims() -> None:
    claimed = {
        (control.id, platform)
        for control in judged_controls()
        for platform in control.platforms
        if platform in {"ios", "eos", "junos"}
    }

    assert {(planted.control, planted.platform) for planted in PLANTED} == claimed


def test_every_judged_control_has_a_mender_and_no_other() -> None:
    assert set(MENDERS) == {control.id for control in judged_controls()}


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
@settings(max_examples=20, deadline=None, suppress_health_check=_FIXTURES, derandomize=True)
@given(data=st.data())
def test_any_mixture_of_violations_is_mended_at_once_and_nothing_else_changes(
    *,
    platform: str,
    data: st.DataObject,
    compliant: Callable[[str], str],
    judge: Callable[..., tuple[ControlVerdict, ...]],
    site: Callable[..., DeviceContext],
    apply: Callable[[str, str, str], str],
) -> None:
    rows = [one for one in PLANTED if one.platform == platform and "inactive:" not in one.new]
    text = compliant(platform)
    for planted in data.draw(st.lists(st.sampled_from(rows), min_size=2, max_size=6, unique=True)):
        if planted.old in text:
            head, tail = text.rsplit(planted.old, 1)
            text = head + planted.new + tail
    before = outcomes(judge(platform, text))
    remediation = remediate("town", parse(platform, text), judge(platform, text), site(platform))

    after = outcomes(judge(platform, apply(platform, text, remediation.lines)))

    by_hand = {item.control for item in remediation.manual}
    failing = {control for control, verdict in before.items() if verdict == "FAIL"}
    assert failing == set(remediation.controls) | by_hand
    assert after == {**before, **dict.fromkeys(remediation.controls, "PASS")}
