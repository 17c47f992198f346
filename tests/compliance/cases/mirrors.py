"""Cases of the mirrors that feed the sensor, on NX-OS, AOS-CX and FortiSwitches."""

from collections.abc import Iterator
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case
from tests.compliance.cases.switches import section

_PORTS: Final[dict[Platform, tuple[str, str, str]]] = {
    "nxos": ("Ethernet1/49", "Ethernet1/50", "Ethernet1/48"),
    "aoscx": ("1/1/49", "1/1/50", "1/1/48"),
    "fortios": ("internal1", "wan1", "internal5"),
}
_HEADER: Final[dict[Platform, str]] = {"nxos": "monitor session 1", "aoscx": "mirror session 1"}
_ON: Final[dict[Platform, str]] = {"nxos": "no shut", "aoscx": "enable"}
_NO_LINE: Final = "fortios has no line"
_OUTSIDE: Final = {"inside_links": ()}
_INSIDE: Final = {"outside_links": ()}


def _session(platform: Platform, *sources: str, on: bool = True) -> str:
    ends = (f"destination interface {_PORTS[platform][2]}",)
    lines = (*(f"source interface {one}" for one in sources), *ends, *((_ON[platform],) if on else ()))
    return section(platform, _HEADER[platform], *lines)


def _ready(platform: Platform, *lines: str) -> str:
    port = _PORTS[platform][2]
    own = ("switchport monitor",) if platform == "nxos" else ("no shutdown",)
    return section(platform, f"interface {port}", *own, *lines)


def _switches() -> Iterator[Case]:
    for platform in ("nxos", "aoscx"):
        for control, number in (("SEN-01", 0), ("SEN-02", 1)):
            link, context = _PORTS[platform][number], (_INSIDE, _OUTSIDE)[number]
            good = f"{_ready(platform)}\n{_session(platform, f'{link} both')}"
            yield Case(
                control,
                platform,
                "PASS",
                good,
                tuple(line.strip() for line in _session(platform, f"{link} both").split("\n")),
                context=context,
                says=f"mirror session 1 copies {link} in both directions",
            )
            for one, said in (("rx", "receiving"), ("tx", "sending")):
                half = f"{_ready(platform)}\n{_session(platform, f'{link} {one}')}"
                yield Case(
                    control, platform, "FAIL", half, context=context, says=f"only in the {said} direction"
                )
            asleep = f"{_ready(platform)}\n{_session(platform, f'{link} both', on=False)}"
            also = ("SEN-03",)
            yield Case(
                control,
                platform,
                "FAIL",
                asleep,
                context=context,
                also=also,
                says="no mirror session copies to the sensor's port",
            )
            yield Case(control, platform, "FAIL", _ready(platform), context=context, also=also)
            other = f"{_ready(platform)}\n{_session(platform, f'{_PORTS[platform][1 - number]} both')}"
            yield Case(control, platform, "FAIL", other, context=context, says="in no direction")
            yield Case(
                control, platform, "NOT_APPLICABLE", good, context={"inside_links": (), "outside_links": ()}
            )
            yield Case(
                control, platform, "ERROR", good, context={"sensor_port": None}, says="gives no sensor_port"
            )
        yield Case("SEN-02", platform, "NOT_APPLICABLE", _ready(platform), context={"role": "core"})
        link = _PORTS[platform][0]
        mirrored = _session(platform, f"{link} both")
        yield Case("SEN-03", platform, "PASS", f"{_ready(platform)}\n{mirrored}", says="is clean")
        yield Case(
            "SEN-03", platform, "FAIL", f"{_ready(platform, 'shutdown')}\n{mirrored}", says="'shutdown'"
        )
        itself = f"{_ready(platform)}\n{_session(platform, f'{link} both', f'{_PORTS[platform][2]} rx')}"
        yield Case("SEN-03", platform, "FAIL", itself, says="is a source of mirror session 1")
        yield Case("SEN-03", platform, "NOT_APPLICABLE", _ready(platform))
        yield Case("SEN-03", platform, "ERROR", mirrored, context={"sensor_port": None})
    mirrored = _session("nxos", "Ethernet1/49 both")
    yield Case(
        "SEN-03",
        "nxos",
        "FAIL",
        f"interface Ethernet1/48\n{mirrored}",
        ("interface Ethernet1/48",),
        says="no line makes the sensor's port Ethernet1/48 the end of a mirror",
    )
    vlan = section("nxos", "interface Ethernet1/48", "switchport access vlan 10", "switchport monitor")
    yield Case("SEN-03", "nxos", "FAIL", f"{vlan}\n{mirrored}", says="'switchport access vlan 10'")
    later = section("nxos", "interface Ethernet1/48", "switchport monitor", "no switchport monitor")
    yield Case("SEN-03", "nxos", "FAIL", f"{later}\n{mirrored}")
    closed = "\n".join((_ready("nxos"), mirrored, "monitor session 1", "  shut"))
    yield Case("SEN-01", "nxos", "FAIL", closed, context=_INSIDE, also=("SEN-03",))
    cx_vlan = section("aoscx", "interface 1/1/48", "no shutdown", "no routing", "vlan access 10")
    cx = _session("aoscx", "1/1/49 both")
    yield Case("SEN-03", "aoscx", "FAIL", f"vlan 10\n{cx_vlan}\n{cx}", says="'vlan access 10'")


def _fortiswitch() -> Iterator[Case]:
    for control, link, context in (("SEN-01", "internal1", _INSIDE), ("SEN-02", "wan1", _OUTSIDE)):
        good = _mirror(link, link)
        yield Case(
            control, "fortios", "PASS", good, context=context, says=f"copies {link} in both directions"
        )
        yield Case(
            control,
            "fortios",
            "FAIL",
            _mirror(link, None),
            context=context,
            says="only in the receiving",
            by_hand=_NO_LINE,
        )
        yield Case(
            control,
            "fortios",
            "FAIL",
            _mirror(None, link),
            context=context,
            says="only in the sending",
            by_hand=_NO_LINE,
        )
        yield Case(control, "fortios", "NOT_APPLICABLE", good, context={**context, "role": "firewall"})
        yield Case(control, "fortios", "ERROR", good, context={"sensor_port": None})
    off = _mirror("internal1", "internal1", "        set status inactive")
    yield Case("SEN-01", "fortios", "FAIL", off, context=_INSIDE, by_hand="how many mirrors fortios carries")
    good = _mirror("internal1", "internal1")
    yield Case("SEN-03", "fortios", "PASS", good, says="only sends")
    back = _mirror("internal1", "internal1", "        set switching-packet enable")
    yield Case("SEN-03", "fortios", "FAIL", back, says="takes frames in")
    vlan = (
        "config switch interface\n    edit internal5\n        set native-vlan 20\n    next\n"
        "    edit internal6\n        set native-vlan 20\n    next\nend"
    )
    yield Case(
        "SEN-03",
        "fortios",
        "FAIL",
        f"{good}\n{vlan}",
        ("set native-vlan 20",),
        says="holds 'set native-vlan 20'",
    )
    down = "config switch physical-port\n    edit internal5\n        set status down\n    next\nend"
    yield Case("SEN-03", "fortios", "FAIL", f"{good}\n{down}", says="holds 'set status down'")
    trunk = "config switch trunk\n    edit bond\n        set members internal5 internal6\n    next\nend"
    port = "config switch interface\n    edit internal5\n    next\nend"
    yield Case(
        "SEN-03", "fortios", "FAIL", f"{good}\n{trunk}\n{port}", says="set members internal5 internal6"
    )
    yield Case("SEN-03", "fortios", "ERROR", good, context={"sensor_port": None})


def _mirror(ingress: str | None, egress: str | None, last: str = "") -> str:
    lines = ["config switch mirror", "    edit ndr", "        set dst internal5"]
    if ingress is not None:
        lines.append(f"        set src-ingress {ingress}")
    if egress is not None:
        lines.append(f"        set src-egress {egress}")
    lines.append("        set status active")
    if last:
        lines.append(last)
    return "\n".join((*lines, "    next", "end"))


CASES: Final = (*_switches(), *_fortiswitch())
