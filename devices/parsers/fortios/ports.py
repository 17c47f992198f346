"""Read the interfaces and SPAN sessions of FortiOS devices, and the ports and mirrors of FortiSwitches."""

import ipaddress
from collections.abc import Iterator
from typing import Final

from devices.facts import ConfigLine, MirrorDestination, MirrorSession, MirrorSource, Port
from devices.parsers.fortios.tree import Section, Setting

_PORT_TYPES: Final = {"physical", "aggregate", "redundant", "hard-switch"}
_BARE: Final = {"vdom", "type", "snmp-index"}
_NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - how FortiOS writes that there is none
_SWITCH_CARRYING: Final = ("native-vlan", "allowed-vlans", "untagged-vlans", "private-vlan")
_SPANNING: Final = ("system switch-interface", "system virtual-switch")


def read_fortios_ports(root: Section) -> tuple[Port, ...]:
    """Return the physical ports and bundles; the firewall routes on all of them."""
    interfaces = root.at("system interface").entries
    bundles = {
        member: name
        for name, one in interfaces.items()
        if one.text_of("type") in {"aggregate", "redundant"}
        for member in (one.settings["member"].words if "member" in one.settings else ())
    }
    own = (
        _port(name, one, bundles.get(name))
        for name, one in interfaces.items()
        if one.text_of("type") in _PORT_TYPES
    )
    return (*own, *_switch_ports(root))


def _switch_ports(root: Section) -> Iterator[Port]:
    """Yield the ports of a FortiSwitch, which has a section for what is plugged in and one for the VLANs."""
    bundles = {
        member: (name, one.settings["members"])
        for name, one in root.at("switch trunk").entries.items()
        for member in (one.settings["members"].words if "members" in one.settings else ())
    }
    physical, logical = root.at("switch physical-port").entries, root.at("switch interface").entries
    for name in dict.fromkeys((*physical, *logical)):
        sections = [one for one in (physical.get(name), logical.get(name)) if one is not None]
        settings = {key: value for one in sections for key, value in one.settings.items()}
        carried = [
            settings[key] for key in _SWITCH_CARRYING if key in settings and settings[key].words != ("1",)
        ]
        bundle, joined = bundles.get(name, (None, None))
        carried.extend(() if joined is None else (joined,))
        shut = [one for key, one in settings.items() if key == "status" and one.words == ("down",)]
        lines = (*map(_line, sections), *map(_line, settings.values()))
        yield Port(
            name=name,
            physical=name in physical or name not in root.at("switch trunk").entries,
            mode="access",
            shut=bool(shut),
            bundle=bundle,
            carrying=tuple(_line(one) for one in carried),
            shutting=tuple(_line(one) for one in shut),
            lines=tuple(sorted(lines, key=lambda line: line.number)),
        )


def _port(name: str, one: Section, bundle: str | None) -> Port:
    address = one.settings.get("ip")
    words = () if address is None or address.words[:1] == (_NO_ADDRESS,) else address.words
    lines = sorted([_line(one), *map(_line, one.settings.values())], key=lambda line: line.number)
    status = one.settings.get("status")
    shutting = (_line(status),) if status is not None and status.words == ("down",) else ()
    return Port(
        name=name,
        physical=one.text_of("type") == "physical",
        mode="routed",
        description=one.text_of("description") or one.text_of("alias") or None,
        shut=bool(shutting),
        bundle=bundle,
        addresses=(_prefix(words),) if words else (),
        bare=set(one.settings) <= _BARE and not one.sections,
        carrying=(_line(address),) if address is not None and words else (),
        shutting=shutting,
        lines=tuple(lines),
    )


def _prefix(words: tuple[str, ...]) -> str:
    try:
        return str(ipaddress.IPv4Interface("/".join(words)))
    except ValueError:
        return " ".join(words)


def _line(one: Section | Setting) -> ConfigLine:
    return ConfigLine(number=one.number, text=one.written.split("\n")[0])


def read_fortios_mirrors(root: Section) -> tuple[MirrorSession, ...]:
    """Return the SPAN sessions of software and hardware switches."""
    spans = tuple(
        _session(name, one)
        for header in _SPANNING
        for name, one in root.at(header).entries.items()
        if "span" in one.settings
    )
    return (*spans, *(_mirror(name, one) for name, one in root.at("switch mirror").entries.items()))


def _mirror(name: str, one: Section) -> MirrorSession:
    """Return a mirror of a FortiSwitch; one is off until it is set active, and may leave the switch."""
    target = one.settings.get("dst")
    sources = tuple(
        MirrorSource(
            interface=word,
            receives=key == "src-ingress",
            sends=key == "src-egress",
            shares_line=len(one.settings[key].words) > 1,
            lines=(_line(one.settings[key]),),
        )
        for key in ("src-ingress", "src-egress")
        if key in one.settings
        for word in one.settings[key].words
    )
    back = one.settings.get("switching-packet")
    lets_in = back is not None and back.words == ("enable",)
    ends = (
        ()
        if target is None
        else (_line(target),)
        if not lets_in or back is None
        else (_line(target), _line(back))
    )
    return MirrorSession(
        name=name,
        enabled=one.text_of("status") == "active" and one.text_of("mode", "SPAN").upper() == "SPAN",
        sources=sources,
        destinations=tuple(
            MirrorDestination(interface=word, ingress=lets_in, lines=ends)
            for word in (() if target is None else target.words)
        ),
        lines=(_line(one), *map(_line, one.settings.values())),
    )


def _session(name: str, one: Section) -> MirrorSession:
    switch = one.settings["span"]
    direction = one.text_of("span-direction", "both")
    sources = one.settings.get("span-source-port")
    target = one.settings.get("span-dest-port")
    lines = [switch, *(setting for setting in (sources, target) if setting is not None)]
    return MirrorSession(
        name=name,
        enabled=switch.words == ("enable",),
        sources=tuple(
            MirrorSource(
                interface=word,
                receives=direction in {"rx", "both"},
                sends=direction in {"tx", "both"},
                shares_line=sources is not None and len(sources.words) > 1,
                lines=(_line(sources),),
            )
            for word in (() if sources is None else sources.words)
            if sources is not None
        ),
        destinations=tuple(
            MirrorDestination(interface=word, lines=(_line(target),))
            for word in (() if target is None else target.words)
            if target is not None
        ),
        lines=tuple(map(_line, lines)),
    )
