"""Read the interfaces and SPAN sessions of FortiOS devices."""

import ipaddress
from typing import Final

from devices.facts import ConfigLine, MirrorDestination, MirrorSession, MirrorSource, Port
from devices.parsers.fortios.tree import Section, Setting

_PORT_TYPES: Final = {"physical", "aggregate", "redundant", "hard-switch"}
_BARE: Final = {"vdom", "type", "snmp-index"}
_NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - how FortiOS writes that there is none
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
    return tuple(
        _port(name, one, bundles.get(name))
        for name, one in interfaces.items()
        if one.text_of("type") in _PORT_TYPES
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
    return tuple(
        _session(name, one)
        for header in _SPANNING
        for name, one in root.at(header).entries.items()
        if "span" in one.settings
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
