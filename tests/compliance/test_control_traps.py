"""What looks like a violation or like a correction and is neither."""

from collections.abc import Callable

import pytest

from compliance.models import ControlVerdict
from tests.compliance.expected import passing

BAIT = (
    "line vty 0 4\n transport input telnet\nsnmp-server community public RO\nno ntp server 10.0.0.11\n"
    "no aaa new-model\nlogging host 192.0.2.1\nend"
)
GROUP = (
    "groups {\n    G {\n        system {\n            services {\n                telnet;\n"
    "            }\n        }\n    }\n}\n"
)

# Changes of a compliant configuration that leave every verdict at PASS: platform, old text, new text.
HARMLESS = {
    "bait in the login banner": ("ios", "Kun for autoriserede brugere.", f"Kun for os.\n{BAIT}"),
    "bait in the exec banner": ("ios", "banner login ^C", f"banner exec #\n{BAIT}\n#\nbanner login ^C"),
    "bait in a macro": ("ios", "banner login ^C", f"macro name bait\n{BAIT}\n@\nbanner login ^C"),
    "bait in a description": ("ios", "description Reception", "description snmp-server community public RO"),
    "bait in a remark": (
        "ios",
        "no ip http server\n",
        "no ip http server\nip access-list extended A\n remark transport input telnet\n permit ip any any\n",
    ),
    "bait in a comment": (
        "ios",
        "no ip http server\n",
        "no ip http server\n! snmp-server community public RO\n",
    ),
    "community that is taken back": (
        "ios",
        "snmp-server group OPS v3 priv\n",
        "snmp-server group OPS v3 priv\nsnmp-server community public RO 5\nno snmp-server community public\n",
    ),
    "time-out stated again": ("ios", " exec-timeout 10 0\n", " exec-timeout 0 0\n exec-timeout 9 0\n"),
    "time-out that is set back to the default": (
        "ios",
        " exec-timeout 10 0\n",
        " exec-timeout 0 0\n default exec-timeout\n",
    ),
    "telnet of one range that a later range takes back": (
        "ios",
        "line vty 5 15\n transport input ssh\n",
        "line vty 5 15\n transport input telnet\nline vty 0 15\n transport input ssh\n",
    ),
    "nothing let in": ("ios", "5 15\n transport input ssh", "5 15\n transport input none"),
    "upper case": ("ios", "line vty 5 15\n transport input ssh", "LINE VTY 5 15\n TRANSPORT INPUT SSH"),
    "console that speaks telnet outwards": ("ios", " exec-timeout 9 30\n", " transport output telnet\n"),
    "unused port with 802.1X": (
        "ios",
        "interface GigabitEthernet1/0/3\n switchport access vlan 999\n switchport mode access\n shutdown\n",
        (
            "interface GigabitEthernet1/0/3\n description unused\n switchport access vlan 10\n"
            " authentication port-control auto\n"
            " dot1x pae authenticator\n"
        ),
    ),
    "unused port in a bundle": (
        "ios",
        "interface GigabitEthernet1/0/3\n switchport access vlan 999\n switchport mode access\n shutdown\n",
        "interface GigabitEthernet1/0/3\n description unused\n channel-group 3 mode active\n",
    ),
    "port range that shuts": (
        "ios",
        " description UNUSED\n switchport access vlan 999\n switchport mode access\n shutdown\n",
        "!\ninterface range GigabitEthernet1/0/2 - 3\n switchport access vlan 999\n shutdown\n",
    ),
    "shut trunk in VLAN 1": ("ios", " switchport trunk native vlan 998\n", " shutdown\n"),
    "native VLAN tagged everywhere": ("ios", " switchport trunk native vlan 998\n", ""),
    "local account with case": ("ios", "tacacs+ local\naaa auth", "tacacs+ local-case\naaa auth"),
    "short names in the mirror": (
        "ios",
        "source interface TenGigabitEthernet1/1/1",
        "source interface Te1/1/1 - 2 both",
    ),
    "mirror in two directions on two lines": (
        "eos",
        "monitor session ndr source Ethernet1\n",
        "monitor session ndr source Ethernet1 rx\nmonitor session ndr source Ethernet1 tx\n",
    ),
    "bait in the banner of EOS": ("eos", "Kun for autoriserede brugere.", f"Kun for os.\n{BAIT}"),
    "telnet off": ("eos", "management ssh\n", "management telnet\n   shutdown\n!\nmanagement ssh\n"),
    "log server in a VRF": ("eos", "logging host 10.0.0.22", "logging vrf MGMT host 10.0.0.22"),
    "time server in a VRF": ("eos", "ntp server 10.0.0.12", "ntp server vrf MGMT 10.0.0.12 prefer iburst"),
    "unused port that a range shuts": (
        "eos",
        "   description Unused\n   shutdown\n   switchport access vlan 999\n",
        "!\ninterface Ethernet3,7-8\n   shutdown\n   switchport access vlan 999\n",
    ),
    "inactive telnet": ("junos", "        netconf {\n", "        inactive: telnet;\n        netconf {\n"),
    "inactive community": (
        "junos",
        '    location "Town hall";\n',
        '    location "Town hall";\n    inactive: community public {\n        view all;\n    }\n',
    ),
    "bait in an annotation": ("junos", "system {\n", "system {\n    /* services { telnet; } */\n"),
    "bait in a quotation": ("junos", 'description "Firewall inside"', 'description "telnet; snmp {"'),
    "bait in the message": ("junos", '"Kun for autoriserede brugere."', '"Kun { for; os } # telnet;"'),
    "class of its own": (
        "junos",
        "            class super-user;\n",
        "            class super-user;\n            full-name Anna;\n",
    ),
    "group that nobody applies": ("junos", "system {\n", f"{GROUP}system {{\n"),
    "another release": ("junos", "version 22.4R3-S2.11;", "version 23.2R1.14;"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_change_leaves_every_verdict(
    name: str, compliant: Callable[[str], str], judge: Callable[..., tuple[ControlVerdict, ...]]
) -> None:
    platform, old, new = HARMLESS[name]
    text = compliant(platform)
    assert old in text
    changed = text.replace(old, new, 1)
    if name == "native VLAN tagged everywhere":
        changed = changed.replace("no ip http server\n", "no ip http server\nvlan dot1q tag native\n")

    found = {one.control: one.verdict.value for one in judge(platform, changed)}
    assert found == passing(platform)


def test_group_that_is_applied_brings_its_telnet_along(
    compliant: Callable[[str], str], judge: Callable[..., tuple[ControlVerdict, ...]]
) -> None:
    text = compliant("junos").replace("system {\n", f"{GROUP}apply-groups G;\nsystem {{\n", 1)

    found = {one.control: one.verdict.value for one in judge("junos", text)}
    assert found == passing("junos") | {"MGT-01": "FAIL"}


def test_user_of_a_predefined_class_is_not_covered_by_the_time_out_of_another_class(
    compliant: Callable[[str], str], judge: Callable[..., tuple[ControlVerdict, ...]]
) -> None:
    text = compliant("junos").replace(
        "        idle-timeout 10;\n", "        class ops {\n            idle-timeout 10;\n        }\n"
    )
    assert {one.control for one in judge("junos", text) if one.verdict.value == "FAIL"} == {"MGT-04"}
    moved = text.replace("class super-user;", "class ops;")
    assert {one.control for one in judge("junos", moved) if one.verdict.value == "FAIL"} == set()
