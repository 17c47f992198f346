"""Cases of the first hop (DHCP answers, ARP, source addresses) and of root guard towards the access layer."""

from collections.abc import Iterator
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case
from tests.compliance.cases.switches import host, section, trunk

_SWITCHES: Final[tuple[Platform, ...]] = ("ios", "nxos", "eos", "junos", "aoscx")
_ACCESS: Final = {"role": "access", "outside_links": (), "inside_links": ()}
_UPLINK: Final[dict[Platform, str]] = {
    "ios": "TenGigabitEthernet1/1/1",
    "nxos": "Ethernet1/49",
    "eos": "Ethernet1",
    "junos": "xe-0/1/0",
    "aoscx": "1/1/49",
}
_SHOW: Final = "show ip dhcp snooping"
_WORKS: Final = (
    "DHCP Snooping is enabled\nDHCP Snooping is operational\n"
    "DHCP Snooping is configured on following VLANs:\n  10,30-40\n"
    "DHCP Snooping is operational on following VLANs:\n  10\nInsertion of Option-82 is enabled\n"
)
_IDLE: Final = _WORKS.replace("is operational\n", "is not operational\n").replace("  10\n", "  None\n")
_OTHER: Final = _WORKS.replace("  10\n", "  20\n")
_NOT_KNOWN: Final = "where the DHCP servers are is not known"
_CUT: Final = "hosts whose lease the switch has not seen"
_SECURITY: Final = "set vlans users forwarding-options dhcp-security"
_EOS_SNOOPING: Final = (
    "ip dhcp snooping",
    "ip dhcp snooping information option",
    "ip dhcp snooping vlan 10,30-40",
)


def _snooping() -> Iterator[Case]:
    yield from _cisco_snooping("ios", "")
    yield from _cisco_snooping("nxos", "feature dhcp\n")
    untrusted = f"ip dhcp snooping\nip dhcp snooping vlan 10,30-40\n{trunk('ios', name=_UPLINK['ios'])}"
    yield Case("L2-07", "ios", "FAIL", untrusted, context=_ACCESS, says="has no trust for DHCP answers")
    yield Case(
        "L2-07",
        "ios",
        "PASS",
        f"{untrusted}\n ip dhcp snooping trust",
        (
            "ip dhcp snooping",
            "ip dhcp snooping vlan 10,30-40",
            f"interface {_UPLINK['ios']}",
            "ip dhcp snooping trust",
        ),
    )
    yield Case("L2-07", "ios", "ERROR", untrusted, context={"uplinks": None}, says="gives no uplinks")
    yield Case("L2-07", "ios", "FAIL", "ip dhcp snooping\nip dhcp snooping vlan 10", by_hand=_NOT_KNOWN)
    alone = "ip dhcp snooping vlan 10,30-40"
    yield Case("L2-07", "ios", "FAIL", alone, context=_ACCESS, by_hand="no uplink is up")
    on = "\n".join(_EOS_SNOOPING)
    works, idle, other = ({_SHOW: text} for text in (_WORKS, _IDLE, _OTHER))
    vlan = "vlan 10\n   name users"
    yield Case("L2-07", "eos", "PASS", f"{on}\n{vlan}", _EOS_SNOOPING, shows=works)
    yield Case("L2-07", "eos", "ERROR", f"{on}\n{vlan}", says=f"the output of '{_SHOW}' is needed")
    yield Case("L2-07", "eos", "ERROR", on, shows={_SHOW: "% Invalid input"}, says="is needed")
    yield Case("L2-07", "eos", "ERROR", on, shows=works, context={"user_vlans": None})
    yield Case("L2-07", "eos", "FAIL", on, shows=idle, says="does not work", by_hand=_NOT_KNOWN)
    yield Case(
        "L2-07", "eos", "FAIL", f"{on}\n{vlan}", shows=other, says="for the user VLANs 10", by_hand=_NOT_KNOWN
    )
    for text in ("ip dhcp snooping vlan 10,30-40", "ip dhcp snooping\nip dhcp snooping vlan 10"):
        yield Case("L2-07", "eos", "FAIL", text, by_hand=_NOT_KNOWN)
    users = "set vlans users vlan-id 10"
    yield Case(
        "L2-07", "junos", "PASS", f"{users}\n{_SECURITY} group trusted", (f"{_SECURITY} group trusted",)
    )
    yield Case("L2-07", "junos", "PASS", f"{users}\n{_SECURITY} arp-inspection")
    yield Case(
        "L2-07", "junos", "FAIL", users, (users,), says="leaves out the user VLANs 10", by_hand=_NOT_KNOWN
    )
    yield Case(
        "L2-07",
        "junos",
        "FAIL",
        f"{users}\n{_SECURITY} arp-inspection\ndeactivate vlans users forwarding-options",
        by_hand=_NOT_KNOWN,
    )
    yield Case("L2-07", "junos", "NOT_APPLICABLE", "set vlans servers vlan-id 500")
    yield Case("L2-07", "junos", "ERROR", users, context={"user_vlans": None})
    own = section("aoscx", "vlan 10", "dhcpv4-snooping")
    trusted = trunk("aoscx", "dhcpv4-snooping trust", name=_UPLINK["aoscx"])
    yield Case("L2-07", "aoscx", "PASS", f"dhcpv4-snooping\n{own}\n{trusted}")
    yield Case("L2-07", "aoscx", "FAIL", own, says="DHCP snooping is off", by_hand=_NOT_KNOWN)
    yield Case("L2-07", "aoscx", "FAIL", "dhcpv4-snooping\nvlan 10", says="leaves out", by_hand=_NOT_KNOWN)
    yield Case(
        "L2-07",
        "aoscx",
        "FAIL",
        f"dhcpv4-snooping\n{own}\n{trunk('aoscx', name=_UPLINK['aoscx'])}",
        by_hand=_NOT_KNOWN,
    )
    yield Case("L2-07", "aoscx", "NOT_APPLICABLE", "dhcpv4-snooping\nvlan 500")
    yield Case("L2-07", "aoscx", "ERROR", f"dhcpv4-snooping\n{own}", context={"user_vlans": None})


def _cisco_snooping(platform: Platform, feature: str) -> Iterator[Case]:
    on = "ip dhcp snooping"
    listed = "ip dhcp snooping vlan 10,30-40"
    uplink = trunk(platform, "ip dhcp snooping trust", name=_UPLINK[platform])
    bare = trunk(platform, name=_UPLINK[platform])
    shown = (on, listed, f"interface {_UPLINK[platform]}", "ip dhcp snooping trust")
    yield Case(
        "L2-07",
        platform,
        "PASS",
        f"{feature}{on}\n{listed}\n{uplink}",
        shown if platform == "ios" else (on, listed),
    )
    yield Case("L2-07", platform, "FAIL", bare, context=_ACCESS, says="DHCP snooping is off")
    yield Case("L2-07", platform, "FAIL", f"{feature}{listed}\n{bare}", context=_ACCESS, says="is off")
    yield Case("L2-07", platform, "FAIL", f"{feature}{on}\n{uplink}", context=_ACCESS, says="VLANs 10,30-40")
    part = f"{feature}{on}\nip dhcp snooping vlan 10,30-39\n{uplink}"
    yield Case("L2-07", platform, "FAIL", part, context=_ACCESS, says="leaves out the user VLANs 40")
    two = f"{feature}{on}\nip dhcp snooping vlan 10\nip dhcp snooping vlan 30-40\n{uplink}"
    yield Case("L2-07", platform, "PASS", two)
    later = f"{feature}{on}\n{listed}\nno ip dhcp snooping vlan 35\n{uplink}"
    yield Case("L2-07", platform, "FAIL", later, says="VLANs 35", context={**_ACCESS})
    yield Case(
        "L2-07",
        platform,
        "FAIL",
        f"{feature}{on}\n{listed}\nno ip dhcp snooping\n{uplink}",
        context=_ACCESS,
        also=("MGT-08",) if platform == "nxos" else (),
    )
    yield Case("L2-07", platform, "ERROR", f"{feature}{on}\n{listed}", context={"user_vlans": None})
    banner = f"banner motd ^\n{on}\n{listed}\n^\n{bare}"
    yield Case("L2-07", platform, "FAIL", banner, context=_ACCESS)


def _address_checks() -> Iterator[Case]:
    inspection = "ip arp inspection vlan 10,30-40"
    for platform, check in (
        ("ios", "ip verify source"),
        ("nxos", "ip verify source dhcp-snooping-vlan"),
        ("eos", "ip verify source"),
    ):
        port = host(platform, check)
        feature = "feature dhcp\n" if platform == "nxos" else ""
        yield Case(
            "L2-08",
            platform,
            "PASS",
            f"{feature}{inspection}\n{port}",
            (inspection, port.split("\n")[0], check),
        )
        yield Case(
            "L2-08",
            platform,
            "FAIL",
            f"{inspection}\n{host(platform)}",
            says="has no IP source guard",
            by_hand=_CUT,
        )
        yield Case("L2-08", platform, "FAIL", port, says="leaves out the user VLANs 10,30-40", by_hand=_CUT)
        yield Case("L2-08", platform, "PASS", f"{inspection}\n{host(platform, 'shutdown')}")
        yield Case("L2-08", platform, "PASS", f"{inspection}\n{host(platform, vlan=20)}")
        yield Case("L2-08", platform, "PASS", f"{inspection}\n{trunk(platform, name=_UPLINK[platform])}")
        gone = f"{inspection}\nno ip arp inspection vlan 10"
        yield Case("L2-08", platform, "FAIL", gone, says="leaves out the user VLANs 10", by_hand=_CUT)
        yield Case("L2-08", platform, "ERROR", port, context={"user_vlans": None}, says="gives no user_vlans")
    users = "set vlans users vlan-id 10"
    both = f"{users}\n{_SECURITY} arp-inspection\n{_SECURITY} ip-source-guard"
    yield Case(
        "L2-08", "junos", "PASS", both, (f"{_SECURITY} arp-inspection", f"{_SECURITY} ip-source-guard")
    )
    for gone in ("arp-inspection", "ip-source-guard"):
        yield Case(
            "L2-08",
            "junos",
            "FAIL",
            f"{both}\ndelete vlans users forwarding-options dhcp-security {gone}",
            by_hand=_CUT,
        )
    yield Case("L2-08", "junos", "NOT_APPLICABLE", "set vlans servers vlan-id 500")
    yield Case("L2-08", "junos", "ERROR", both, context={"user_vlans": None})
    own = section("aoscx", "vlan 10", "arp inspection")
    trusted = trunk("aoscx", "arp inspection trust", name=_UPLINK["aoscx"])
    locked = host("aoscx", "ipv4 source-lockdown")
    yield Case("L2-08", "aoscx", "PASS", f"{own}\n{locked}\n{trusted}")
    yield Case(
        "L2-08", "aoscx", "FAIL", f"{own}\n{host('aoscx')}\n{trusted}", says="IP source guard", by_hand=_CUT
    )
    yield Case("L2-08", "aoscx", "FAIL", f"vlan 10\n{locked}", says="leaves out", by_hand=_CUT)
    yield Case("L2-08", "aoscx", "FAIL", f"{own}\n{trunk('aoscx', name=_UPLINK['aoscx'])}", by_hand=_CUT)
    yield Case("L2-08", "aoscx", "ERROR", own, context={"user_vlans": None})


_ROOT: Final[dict[Platform, str]] = {
    "ios": "spanning-tree guard root",
    "nxos": "spanning-tree guard root",
    "eos": "spanning-tree guard root",
    "junos": "set protocols mstp interface ge-0/0/6 no-root-port",
    "aoscx": "spanning-tree root-guard",
}


def _root_guard() -> Iterator[Case]:
    core = {"role": "core"}
    for platform in _SWITCHES:
        good, bare = trunk(platform, _ROOT[platform]), trunk(platform)
        header = good.split("\n")[0]
        yield Case("L2-06", platform, "PASS", good, (header, _ROOT[platform]), context=core)
        yield Case("L2-06", platform, "FAIL", bare, context=core, says="has no root guard")
        yield Case(
            "L2-06", platform, "NOT_APPLICABLE", bare, context={"role": "access"}, says="of role access"
        )
        yield Case("L2-06", platform, "NOT_APPLICABLE", trunk(platform, name=_UPLINK[platform]), context=core)
        yield Case("L2-06", platform, "NOT_APPLICABLE", host(platform), context=core)
        yield Case("L2-06", platform, "ERROR", bare, context={"role": "core", "uplinks": None})
    loop = trunk("ios", "spanning-tree guard loop")
    yield Case("L2-06", "ios", "FAIL", loop, context=core)
    other = trunk("junos", "set protocols mstp interface ge-0/0/6 no-root-port\ndeactivate protocols mstp")
    yield Case("L2-06", "junos", "FAIL", other, context=core)


CASES: Final = (*_snooping(), *_address_checks(), *_root_guard())
