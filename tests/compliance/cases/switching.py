"""Cases of unused ports and native VLANs on NX-OS and AOS-CX."""

from collections.abc import Iterator
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case
from tests.compliance.cases.switches import HOST, TRUNK, host, section, trunk

_SENSOR: Final[dict[Platform, str]] = {"nxos": "Ethernet1/48", "aoscx": "1/1/48"}
_UPLINK: Final[dict[Platform, str]] = {"nxos": "Ethernet1/49", "aoscx": "1/1/49"}


def _bare(platform: Platform, port: str, *lines: str) -> str:
    own = ("no shutdown", "no routing", "vlan access 1") if platform == "aoscx" else ()
    return section(platform, f"interface {port}", *own, *lines)


def _parked(platform: Platform, *lines: str) -> str:
    if platform == "aoscx":
        own = ("description Unused", "shutdown", "no routing", "vlan access 999", *lines)
        return section(platform, f"vlan 999\ninterface {HOST[platform]}", *own)
    own = ("description Unused", "switchport access vlan 999", "shutdown", *lines)
    return section(platform, f"interface {HOST[platform]}", *own)


def _unused() -> Iterator[Case]:
    for platform in ("nxos", "aoscx"):
        port = HOST[platform]
        yield Case(
            "L2-01", platform, "PASS", _parked(platform), says=f"unused port {port} is shut and parked"
        )
        bare = _bare(platform, port)
        said = f"unused port {port} is not shut and not in the parking VLAN 999"
        yield Case("L2-01", platform, "FAIL", bare, says=said, also=("L2-02",))
        awake = (
            _parked(platform)
            .replace("    shutdown", "    no shutdown")
            .replace("  shutdown", "  no shutdown")
        )
        yield Case("L2-01", platform, "FAIL", awake, says=f"unused port {port} is not shut")
        carrying = trunk(platform, vlans="10,990-1010")
        yield Case(
            "L2-01",
            platform,
            "FAIL",
            f"{_parked(platform)}\n{carrying}",
            says=f"trunk {TRUNK[platform]} carries the parking VLAN",
        )
        yield Case("L2-01", platform, "NOT_APPLICABLE", _bare(platform, _SENSOR[platform]))
        yield Case("L2-01", platform, "NOT_APPLICABLE", _bare(platform, _UPLINK[platform]))
        yield Case("L2-01", platform, "NOT_APPLICABLE", host(platform))
        yield Case(
            "L2-01", platform, "ERROR", bare, context={"parking_vlan": None}, says="gives no parking_vlan"
        )
        two = f"{_parked(platform)}\n{_bare(platform, port[:-1] + '7')}"
        yield Case("L2-01", platform, "FAIL", two, says=f"unused port {port[:-1]}7", also=("L2-02",))


def _native() -> Iterator[Case]:
    for platform in ("nxos", "aoscx"):
        port = TRUNK[platform]
        yield Case("L2-03", platform, "PASS", trunk(platform), says=f"trunk {port} has the native VLAN 998")
        first = "vlan trunk native 1" if platform == "aoscx" else "switchport mode trunk"
        rest = ("vlan trunk allowed 10",) if platform == "aoscx" else ("switchport trunk allowed vlan 10",)
        own = ("no shutdown", "no routing") if platform == "aoscx" else ()
        bad = section(platform, f"interface {port}", *own, first, *rest)
        yield Case("L2-03", platform, "FAIL", bad, says=f"trunk {port} has the native VLAN 1")
        yield Case("L2-03", platform, "NOT_APPLICABLE", host(platform))
        yield Case("L2-03", platform, "NOT_APPLICABLE", trunk(platform, "shutdown"))
        yield Case("L2-03", platform, "ERROR", trunk(platform), context={"role": None}, says="gives no role")
        good = "\n".join(trunk(platform, name=f"{port[:-1]}{number}") for number in range(10, 29))
        yield Case("L2-03", platform, "FAIL", f"{good}\n{bad}", says=f"trunk {port} has the native VLAN 1")
    tagged = "vlan dot1q tag native\n" + section("nxos", "interface Ethernet1/6", "switchport mode trunk")
    yield Case("L2-03", "nxos", "PASS", tagged, says="tags its native VLAN")
    cx = section(
        "aoscx",
        "interface 1/1/6",
        "no shutdown",
        "no routing",
        "vlan trunk native 1 tag",
        "vlan trunk allowed 10",
    )
    yield Case("L2-03", "aoscx", "PASS", cx, says="tags its native VLAN")


CASES: Final = (*_unused(), *_native())
