"""Cases of what guards the ports that hosts are plugged into."""

from collections.abc import Iterator
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case
from tests.compliance.cases.switches import HOST, host, section, trunk

_SWITCHES: Final[tuple[Platform, ...]] = ("ios", "nxos", "eos", "junos", "aoscx")
_BANNERS: Final[dict[Platform, tuple[str, str]]] = {
    "ios": ("banner motd ^", "^"),
    "nxos": ("banner motd ^", "^"),
    "eos": ("banner motd", "EOF"),
    "aoscx": ("banner motd ^", "^"),
}
_UPLINK: Final[dict[Platform, str]] = {
    "ios": "TenGigabitEthernet1/1/1",
    "nxos": "Ethernet1/49",
    "eos": "Ethernet1",
    "junos": "xe-0/1/0",
    "aoscx": "1/1/49",
}
_SENSOR: Final[dict[Platform, str]] = {
    "ios": "GigabitEthernet1/0/48",
    "nxos": "Ethernet1/48",
    "eos": "Ethernet48",
    "junos": "ge-0/0/47",
    "aoscx": "1/1/48",
}
_SHUT: Final[dict[Platform, str]] = {
    "ios": "shutdown",
    "nxos": "shutdown",
    "eos": "shutdown",
    "junos": "set interfaces ge-0/0/5 disable",
    "aoscx": "shutdown",
}

_ETHER: Final = "set interfaces ge-0/0/5 unit 0 family ethernet-switching"
_BPDU: Final[dict[Platform, tuple[str, ...]]] = {
    "ios": ("spanning-tree bpduguard enable",),
    "nxos": ("spanning-tree bpduguard enable",),
    "eos": ("spanning-tree bpduguard enable",),
    "junos": ("set protocols rstp bpdu-block-on-edge", "set protocols rstp interface ge-0/0/5 edge"),
    "aoscx": ("spanning-tree bpdu-guard",),
}
_STORM: Final[dict[Platform, tuple[str, ...]]] = {
    "ios": ("storm-control broadcast level 5.00",),
    "nxos": ("storm-control broadcast level 5.00",),
    "eos": ("storm-control broadcast level 5",),
    "junos": (f"{_ETHER} storm-control limited",),
    "aoscx": ("rate-limit broadcast 50000 kbps",),
}
_DOT1X: Final[dict[Platform, tuple[str, ...]]] = {
    "ios": ("authentication port-control auto", "dot1x pae authenticator"),
    "eos": ("dot1x pae authenticator", "dot1x port-control auto"),
    "junos": ("set protocols dot1x authenticator interface ge-0/0/5.0",),
    "aoscx": ("aaa authentication port-access dot1x authenticator\n        enable",),
}
_SWITCH: Final[dict[Platform, str]] = {
    "ios": "aaa new-model",
    "eos": "dot1x system-auth-control",
    "junos": "set system time-zone UTC",
    "aoscx": "aaa authentication port-access dot1x authenticator\n    enable",
}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n"))


def _header(platform: Platform) -> tuple[str, ...]:
    return tuple(line for line in _lines(host(platform)) if line.startswith(("interface", "set interfaces")))[
        :1
    ]


def _bpdu() -> Iterator[Case]:
    for platform in _SWITCHES:
        by_hand = "junos has no line" if platform == "junos" else ""
        bare = host(platform)
        good = host(platform, *_BPDU[platform])
        other = "ge-0/0/7" if platform == "junos" else f"{HOST[platform][:-1]}7"
        second = host(platform, name=other)
        yield Case("L2-05", platform, "PASS", good, (*_header(platform), *_BPDU[platform]))
        yield Case("L2-05", platform, "FAIL", bare, says="has no BPDU guard", by_hand=by_hand)
        yield Case(
            "L2-05",
            platform,
            "FAIL",
            f"{good}\n{second}",
            says=f"port {other} has no BPDU guard",
            by_hand=by_hand,
        )
        yield Case("L2-05", platform, "NOT_APPLICABLE", host(platform, _SHUT[platform]))
        yield Case("L2-05", platform, "NOT_APPLICABLE", host(platform, name=_UPLINK[platform]))
        yield Case("L2-05", platform, "NOT_APPLICABLE", host(platform, name=_SENSOR[platform]))
        yield Case("L2-05", platform, "ERROR", bare, context={"uplinks": None}, says="gives no uplinks")
    edge = "spanning-tree portfast"
    for platform, default in (
        ("ios", "spanning-tree portfast bpduguard default"),
        ("ios", "spanning-tree portfast edge bpduguard default"),
        ("eos", "spanning-tree edge-port bpduguard default"),
    ):
        yield Case(
            "L2-05",
            platform,
            "PASS",
            f"{default}\n{host(platform, edge)}",
            (default, *_header(platform), edge),
        )
        yield Case("L2-05", platform, "FAIL", f"{default}\n{host(platform)}", says="has no BPDU guard")
        yield Case(
            "L2-05", platform, "FAIL", f"{default}\n{host(platform, 'spanning-tree bpduguard disable')}"
        )
    nexus = "spanning-tree port type edge"
    yield Case("L2-05", "nxos", "PASS", f"{nexus} bpduguard default\n{host('nxos', nexus)}")
    yield Case("L2-05", "nxos", "FAIL", f"{nexus} bpduguard default\n{host('nxos')}")
    yield Case("L2-05", "ios", "FAIL", host("ios", "spanning-tree portfast"))
    yield Case("L2-05", "ios", "FAIL", host("ios", "description spanning-tree bpduguard enable"))
    yield Case(
        "L2-05",
        "ios",
        "FAIL",
        host("ios", "spanning-tree bpduguard enable", "no spanning-tree bpduguard enable"),
    )
    yield Case("L2-05", "ios", "PASS", host("ios", "SPANNING-TREE BPDUGUARD ENABLE"))
    yield Case(
        "L2-05",
        "ios",
        "PASS",
        section(
            "ios", "interface range GigabitEthernet1/0/5 - 6", "switchport access vlan 10", *_BPDU["ios"]
        ),
    )
    stopped = "\n".join((*_BPDU["junos"], "deactivate protocols rstp bpdu-block-on-edge"))
    yield Case("L2-05", "junos", "FAIL", host("junos", stopped), by_hand="junos has no line")
    yield Case("L2-05", "junos", "FAIL", host("junos", _BPDU["junos"][1]), by_hand="junos has no line")
    gone = "\n".join((*_BPDU["junos"], "delete protocols rstp interface ge-0/0/5"))
    yield Case("L2-05", "junos", "FAIL", host("junos", gone), by_hand="junos has no line")
    old = "set protocols layer2-control bpdu-block interface ge-0/0/5"
    yield Case("L2-05", "junos", "PASS", host("junos", old))


def _storm() -> Iterator[Case]:
    for platform in _SWITCHES:
        bare, good = host(platform), host(platform, *_STORM[platform])
        yield Case("L2-09", platform, "PASS", good, (*_header(platform), *_STORM[platform]))
        yield Case("L2-09", platform, "FAIL", bare, says="has no limit for broadcasts")
        yield Case("L2-09", platform, "NOT_APPLICABLE", host(platform, _SHUT[platform]))
        yield Case("L2-09", platform, "NOT_APPLICABLE", host(platform, name=_SENSOR[platform]))
        yield Case("L2-09", platform, "ERROR", bare, context={"uplinks": None})
        if platform in _BANNERS:
            begin, end = _BANNERS[platform]
            yield Case(
                "L2-09",
                platform,
                "FAIL",
                f"{begin}\n{_STORM[platform][0]}\n{end}\n{bare}",
                says=HOST[platform],
            )
    yield Case("L2-09", "ios", "FAIL", host("ios", "storm-control broadcast level 100.00"))
    yield Case("L2-09", "nxos", "FAIL", host("nxos", "storm-control broadcast level 100.00"))
    yield Case("L2-09", "ios", "FAIL", host("ios", "storm-control multicast level 5.00"))
    yield Case("L2-09", "ios", "PASS", host("ios", "storm-control broadcast level bps 20m"))
    yield Case("L2-09", "eos", "PASS", host("eos", "storm-control all level 5"))
    open_profile = "set forwarding-options storm-control-profiles limited all no-broadcast"
    yield Case("L2-09", "junos", "FAIL", host("junos", *_STORM["junos"], open_profile))


def _authentication() -> Iterator[Case]:
    for platform, lines in _DOT1X.items():
        on = _SWITCH[platform]
        own = tuple(one for line in lines for one in _lines(line))
        shown = (*_header(platform), *own) if platform == "junos" else (*_lines(on), *_header(platform), *own)
        yield Case("L2-10", platform, "PASS", f"{on}\n{host(platform, *lines)}", shown)
        yield Case(
            "L2-10", platform, "FAIL", f"{on}\n{host(platform)}", says="has no authentication of hosts"
        )
        yield Case("L2-10", platform, "NOT_APPLICABLE", f"{on}\n{host(platform, _SHUT[platform])}")
        yield Case("L2-10", platform, "NOT_APPLICABLE", f"{on}\n{host(platform, name=_SENSOR[platform])}")
        yield Case("L2-10", platform, "NOT_APPLICABLE", f"{on}\n{trunk(platform)}")
        yield Case("L2-10", platform, "ERROR", host(platform, *lines), context={"uplinks": None})
        if platform != "junos":
            yield Case("L2-10", platform, "FAIL", host(platform, *lines), says="authenticates at no port")
    mab = ("authentication port-control auto", "mab")
    yield Case("L2-10", "ios", "PASS", f"aaa new-model\n{host('ios', *mab)}")
    yield Case("L2-10", "ios", "FAIL", f"aaa new-model\n{host('ios', 'mab')}")
    yield Case("L2-10", "ios", "FAIL", f"aaa new-model\n{host('ios', 'dot1x pae authenticator')}")
    forced = ("authentication port-control force-authorized", "dot1x pae authenticator")
    yield Case("L2-10", "ios", "FAIL", f"aaa new-model\n{host('ios', *forced)}")
    yield Case("L2-10", "junos", "PASS", host("junos", "set protocols dot1x authenticator interface all"))


CASES: Final = (*_bpdu(), *_storm(), *_authentication())
