"""Cases of the VLANs that ports and trunks carry."""

from collections.abc import Iterator
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case
from tests.compliance.cases.switches import HOST, TRUNK, host, section, trunk

_SWITCHES: Final[tuple[Platform, ...]] = ("ios", "nxos", "eos", "junos", "aoscx")
_CISCO: Final[tuple[Platform, ...]] = ("ios", "nxos", "eos")
_UNKNOWN: Final = "which VLAN the host on"
_SENSOR: Final[dict[Platform, str]] = {
    "ios": "GigabitEthernet1/0/48",
    "nxos": "Ethernet1/48",
    "eos": "Ethernet48",
}
_VLAN_ONE: Final[dict[Platform, tuple[str, str, str]]] = {
    "ios": ("interface Vlan1", "ip address 10.0.1.2 255.255.255.0", "no shutdown"),
    "nxos": ("feature interface-vlan\ninterface Vlan1", "ip address 10.0.1.2/24", "no shutdown"),
    "eos": ("interface Vlan1", "ip address 10.0.1.2/24", "no shutdown"),
    "aoscx": ("interface vlan 1", "ip address 10.0.1.2/24", "no shutdown"),
}


def _default_vlan() -> Iterator[Case]:
    for platform in _SWITCHES:
        yield Case("L2-02", platform, "PASS", host(platform), says="is outside VLAN 1")
        yield Case("L2-02", platform, "NOT_APPLICABLE", trunk(platform))
        yield Case(
            "L2-02",
            platform,
            "ERROR",
            host(platform),
            context={"sensor_port": None},
            says="gives no sensor_port",
        )
    for platform in _CISCO:
        port = HOST[platform]
        plain = section(platform, f"interface {port}", "description Reception")
        yield Case(
            "L2-02",
            platform,
            "FAIL",
            plain,
            (f"interface {port}", "description Reception"),
            says=f"port {port} is in VLAN 1",
            by_hand=_UNKNOWN,
        )
        yield Case("L2-02", platform, "NOT_APPLICABLE", section(platform, f"interface {_SENSOR[platform]}"))
        unused = section(platform, f"interface {port}", "description Unused", "shutdown")
        yield Case("L2-02", platform, "FAIL", unused, says="is in VLAN 1", also=("L2-01",))
        yield Case("L2-02", platform, "FAIL", f"interface {port}", (f"interface {port}",))
        banner = ("banner motd", "EOF") if platform == "eos" else ("banner motd ^", "^")
        inside = f"{banner[0]}\ninterface {port}\n switchport access vlan 10\n{banner[1]}\ninterface {port}"
        yield Case("L2-02", platform, "FAIL", inside)
        later = section(
            platform, f"interface {port}", "switchport access vlan 10", "no switchport access vlan 10"
        )
        yield Case("L2-02", platform, "FAIL", later, by_hand=_UNKNOWN)
    yield Case("L2-02", "aoscx", "FAIL", host("aoscx", vlan=1), says="port 1/1/5 is in VLAN 1")
    described = host("aoscx", "description Reception", vlan=1)
    yield Case("L2-02", "aoscx", "FAIL", described, by_hand=_UNKNOWN)
    for members in ("default", "1"):
        ether = "set interfaces ge-0/0/5 unit 0 family ethernet-switching"
        text = f"{ether} interface-mode access\n{ether} vlan members {members}"
        yield Case("L2-02", "junos", "FAIL", text, says="port ge-0/0/5 is in VLAN 1", by_hand=_UNKNOWN)
    irb = "set interfaces irb unit 1 family inet address 10.0.1.2/24\nset vlans default vlan-id 1"
    bound = f"{irb}\nset vlans default l3-interface irb.1"
    yield Case("L2-02", "junos", "FAIL", bound, says="irb.1 in VLAN 1 is up", by_hand="irb.1 has an address")
    yield Case("L2-02", "junos", "NOT_APPLICABLE", irb)
    for platform, (header, address, opened) in _VLAN_ONE.items():
        managed = section(platform, header, address, opened)
        yield Case(
            "L2-02", platform, "FAIL", managed, says="is up and has an address", by_hand="has an address"
        )
        yield Case("L2-02", platform, "FAIL", section(platform, header, opened), says="in VLAN 1 is up")
        yield Case(
            "L2-02",
            platform,
            "PASS",
            section(platform, header, "shutdown"),
            says="is shut and has no address",
        )
        yield Case(
            "L2-02",
            platform,
            "FAIL",
            section(platform, header, address, "shutdown"),
            by_hand="has an address",
        )


def _trunks() -> Iterator[Case]:
    for platform in _SWITCHES:
        silent = ("switchport nonegotiate",) if platform == "ios" else ()
        port = TRUNK[platform]
        yield Case(
            "L2-04", platform, "PASS", trunk(platform, *silent), says="carries the VLANs that are listed"
        )
        yield Case(
            "L2-04",
            platform,
            "FAIL",
            trunk(platform, *silent, vlans=None),
            says=f"trunk {port} carries all VLANs",
            by_hand="which VLANs",
        )
        by_hand = "junos has no line" if platform == "junos" else ""
        for vlans in ("1,10,20", "1-20"):
            yield Case(
                "L2-04",
                platform,
                "FAIL",
                trunk(platform, *silent, vlans=vlans),
                says=f"trunk {port} carries VLAN 1",
                by_hand=by_hand,
            )
        yield Case("L2-04", platform, "NOT_APPLICABLE", host(platform))
        shut = "set interfaces ge-0/0/6 disable" if platform == "junos" else "shutdown"
        yield Case("L2-04", platform, "NOT_APPLICABLE", trunk(platform, shut, vlans=None))
        yield Case("L2-04", platform, "ERROR", trunk(platform), context={"role": None}, says="gives no role")
    good = "\n".join(
        trunk("ios", "switchport nonegotiate", name=f"GigabitEthernet1/0/{number}") for number in range(1, 20)
    )
    wrong = trunk("ios", name="GigabitEthernet1/0/20")
    yield Case(
        "L2-04",
        "ios",
        "FAIL",
        f"{good}\n{wrong}",
        tuple(line.strip() for line in wrong.split("\n")),
        says="trunk GigabitEthernet1/0/20 negotiates whether it is a trunk",
    )
    for mode in ("auto", "desirable"):
        dynamic = section("ios", "interface GigabitEthernet1/0/6", f"switchport mode dynamic {mode}")
        yield Case(
            "L2-04",
            "ios",
            "FAIL",
            dynamic,
            says="becomes a trunk when the other side asks",
            by_hand="whether GigabitEthernet1/0/6 is to be a trunk",
        )
    later = trunk("ios", "switchport nonegotiate", "no switchport nonegotiate")
    yield Case("L2-04", "ios", "FAIL", later, says="negotiates")
    hosts = section("ios", "interface GigabitEthernet1/0/5", "description Reception")
    yield Case(
        "L2-04",
        "ios",
        "FAIL",
        f"{hosts}\n{trunk('ios', 'switchport nonegotiate', vlans='1,10')}",
        by_hand="hosts or management are still in VLAN 1",
    )
    added = trunk("ios", "switchport nonegotiate", "switchport trunk allowed vlan add 1")
    yield Case("L2-04", "ios", "FAIL", added, says="carries VLAN 1")
    removed = trunk("ios", "switchport nonegotiate", "switchport trunk allowed vlan remove 1", vlans="1-20")
    yield Case("L2-04", "ios", "PASS", removed)
    off = trunk("junos", "deactivate interfaces ge-0/0/6 unit 0 family ethernet-switching vlan", vlans=None)
    yield Case("L2-04", "junos", "PASS", off)


CASES: Final = (*_default_vlan(), *_trunks())
