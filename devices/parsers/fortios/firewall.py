"""Read the zones, policies, DoS policies and source translation of FortiOS.

Every VDOM has policies and objects of its own, whose names say nothing in another one.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from devices.facts import (
    ConfigLine,
    DefaultPolicy,
    Door,
    Firewall,
    FirewallInterface,
    FirewallPolicy,
    FirewallZone,
    FloodProtection,
    SourceTranslation,
)
from devices.parsers.fortios.tree import Section, Setting
from devices.parsers.objects import are_every_port, is_every_address, with_groups, written_range

Lines = tuple[ConfigLine, ...]

_TABLES: Final = (
    "firewall policy",
    "firewall policy6",
    "firewall consolidated policy",
    "firewall security-policy",
)
_ALL_SERVICES: Final = ("ALL", "ALL_TCP", "ALL_UDP")
_SIDES: Final = (("srcaddr", "dstaddr"), ("srcaddr6", "dstaddr6"))
_DOS_TABLES: Final = ("firewall DoS-policy", "firewall DoS-policy6")
_LIMITS: Final = frozenset({"groups", "users", "fsso-groups"})
_WAN_LINKS: Final = ("system sdwan", "system virtual-wan-link")
_NOWHERE: Final = "0.0.0.0"  # noqa: S104 - what an unset end of a range is


def read_fortios_firewall(tree: Section, extent: Lines) -> Firewall:
    """Return what the firewall of every VDOM says, from the tree as written."""
    divided = tree.sections.get("vdom")
    scopes = (
        {"": tree} if divided is None else {f"vdom {name} ": one for name, one in divided.entries.items()}
    )
    held = tree if divided is None else tree.at("global")
    zones = tuple(zone for scope in scopes.values() for zone in _zones(scope))
    return Firewall(
        interfaces=tuple(_interfaces(held, zones)),
        zones=zones,
        doors=tuple(_doors(held)),
        policies=tuple(policy for name, scope in scopes.items() for policy in _policies(name, scope)),
        defaults=tuple(_default_policy(name, scope, extent) for name, scope in scopes.items()),
        protections=tuple(one for scope in scopes.values() for one in _protections(scope)),
        translations=tuple(one for name, scope in scopes.items() for one in _translations(name, scope)),
        lines=extent,
    )


def _line(one: Section | Setting) -> ConfigLine:
    return ConfigLine(one.number, one.written.split("\n")[0])


def _words(one: Section, name: str) -> tuple[str, ...]:
    setting = one.settings.get(name)
    return () if setting is None else setting.words


def _said(one: Section, *names: str) -> Lines:
    return tuple(_line(one.settings[name]) for name in names if name in one.settings)


def _zones(scope: Section) -> Iterator[FirewallZone]:
    for name, one in scope.at("system zone").entries.items():
        stated = one.settings.get("intrazone")
        yield FirewallZone(
            name=name,
            interfaces=_words(one, "interface"),
            parts_members=None if stated is None else stated.words == ("deny",),
            lines=(_line(one), *_said(one, "intrazone")),
        )
    for header in _WAN_LINKS:
        members: dict[str, list[Section]] = {}
        for one in scope.at(header).at("members").entries.values():
            members.setdefault(one.text_of("zone", "virtual-wan-link"), []).append(one)
        for name, held in members.items():
            yield FirewallZone(
                name=name,
                interfaces=tuple(word for one in held for word in _words(one, "interface")),
                lines=tuple(line for one in held for line in _said(one, "interface")) or (_line(held[0]),),
            )


def _interfaces(held: Section, zones: tuple[FirewallZone, ...]) -> Iterator[FirewallInterface]:
    zone_of = {member: zone.name for zone in zones for member in zone.interfaces}
    for name, one in held.at("system interface").entries.items():
        yield FirewallInterface(
            name=name,
            alias=one.text_of("alias") or None,
            role=one.text_of("role") or None,
            zone=zone_of.get(name),
            parent=one.text_of("interface") or None,
            shut=one.text_of("status") == "down",
            lines=(_line(one), *_said(one, "alias", "role", "status")),
        )


def _doors(held: Section) -> Iterator[Door]:
    """Yield what an interface lets in at its address, at its second ones and over IPv6."""
    for name, one in held.at("system interface").entries.items():
        places: list[tuple[str, Section, str]] = [("", one, "allowaccess")]
        places += [
            (f" secondaryip {number}", entry, "allowaccess")
            for number, entry in one.at("secondaryip").entries.items()
        ]
        ipv6 = one.at("ipv6")
        places.append((" ipv6", ipv6, "ip6-allowaccess"))
        for place, section, word in places:
            if place and word not in section.settings:
                continue
            yield Door(
                name=f"{name}{place}",
                interface=name,
                services=_words(section, word),
                holder=place.strip() or None,
                lines=_said(section, word) or (_line(one),),
            )


def _policies(name: str, scope: Section) -> Iterator[FirewallPolicy]:
    tables = [(table, scope.at(table)) for table in _TABLES if scope.at(table).entries]
    if not tables:
        return
    addresses, services = _every_address(scope), _every_service(scope)
    for table, section in tables:
        for number, one in section.entries.items():
            yield _policy(f"{name}{table}", number, one, addresses, services)


def _policy(
    scope: str, number: str, one: Section, addresses: frozenset[str], services: frozenset[str]
) -> FirewallPolicy:
    wide = [
        all(addresses.intersection(_words(one, side)) or _is_negated(one, side) for side in sides)
        for sides in _SIDES
    ]
    chosen = _SIDES[1] if wide[1] and not wide[0] else _SIDES[0]
    title = one.text_of("name")
    return FirewallPolicy(
        name=f"{number} ({title})" if title else number,
        scope=scope,
        enabled=one.text_of("status") != "disable",
        allows=one.text_of("action", "deny") in {"accept", "ipsec"},
        from_zones=_without_any(_words(one, "srcintf")),
        to_zones=_without_any(_words(one, "dstintf")),
        any_to_any=any(wide),
        all_services=tuple(word for word in _words(one, "service") if word in services),
        limited=bool(_LIMITS & set(one.settings)) or one.text_of("schedule", "always") != "always",
        logs=one.text_of("logtraffic") == "all",
        address_lines=_said(one, *chosen),
        service_lines=_said(one, "service"),
        log_lines=_said(one, "logtraffic"),
        lines=(_line(one), *_said(one, "action")),
    )


def _is_negated(one: Section, side: str) -> bool:
    """Return whether everything but some addresses is meant."""
    return bool(_words(one, side)) and one.text_of(f"{side}-negate") == "enable"


def _without_any(names: tuple[str, ...]) -> tuple[str, ...]:
    return () if "any" in names else names


def _every_address(scope: Section) -> frozenset[str]:
    """Return the names of objects that stand for every address, whatever they are called."""
    wide = {"all"}
    for name, one in scope.at("firewall address").entries.items():
        kind = one.text_of("type", "ipmask")
        if kind in {"ipmask", "wildcard"}:
            stated = _words(one, "subnet" if kind == "ipmask" else "wildcard")
            # Without a subnet an object has the default, which is every address.
            if not stated or is_every_address("/".join(stated)):
                wide.add(name)
        elif kind == "iprange" and is_every_address(
            f"{one.text_of('start-ip', _NOWHERE)}-{one.text_of('end-ip', _NOWHERE)}"
        ):
            wide.add(name)
    for name, one in scope.at("firewall address6").entries.items():
        if one.text_of("type", "ipprefix") == "ipprefix" and is_every_address(one.text_of("ip6", "::/0")):
            wide.add(name)
    groups: dict[str, tuple[str, ...]] = {}
    for header in ("firewall addrgrp", "firewall addrgrp6"):
        groups |= {name: _words(one, "member") for name, one in scope.at(header).entries.items()}
    return with_groups(wide, groups)


def _every_service(scope: Section) -> frozenset[str]:
    wide = set(_ALL_SERVICES)
    for name, one in scope.at("firewall service custom").entries.items():
        if one.text_of("protocol") == "IP":
            if one.text_of("protocol-number", "0") == "0":
                wide.add(name)
        elif any(
            are_every_port(word.partition(":")[0] for word in _words(one, f"{kind}-portrange"))
            for kind in ("tcp", "udp")
        ):
            wide.add(name)
    groups = {name: _words(one, "member") for name, one in scope.at("firewall service group").entries.items()}
    return with_groups(wide, groups)


def _default_policy(name: str, scope: Section, extent: Lines) -> DefaultPolicy:
    """Return the implicit deny, which no line takes away; only its log is a setting."""
    settings = scope.at("log setting")
    stated = _said(settings, "fwpolicy-implicit-log")
    lines = stated or ((_line(settings),) if settings.written else extent)
    return DefaultPolicy(
        scope=f"{name}log setting",
        denies=True,
        logs=settings.text_of("fwpolicy-implicit-log") == "enable",
        log_lines=lines,
        lines=lines,
        by_default=not stated,
    )


def _protections(scope: Section) -> Iterator[FloodProtection]:
    for table in _DOS_TABLES:
        for number, one in scope.at(table).entries.items():
            anomalies = one.at("anomaly").entries
            on = [each for each in anomalies.values() if each.text_of("status") == "enable"]
            blocking = [each for each in on if each.text_of("action") == "block"]
            fault = None
            if one.text_of("status") == "disable":
                fault = f"{table} {number} is disabled"
            elif not on:
                fault = f"{table} {number} looks for nothing"
            elif not blocking:
                fault = f"{table} {number} blocks nothing"
            shown = tuple(
                line for each in blocking for line in (_line(each), *_said(each, "status", "action"))
            )
            yield FloodProtection(
                name=f"{table} {number}",
                places=_words(one, "interface"),
                fault=fault,
                lines=(_line(one), *_said(one, "status", "interface"), *shown),
            )


def _translations(name: str, scope: Section) -> Iterator[SourceTranslation]:
    """Yield what accepting policies, or the central table, do to source addresses."""
    pools = scope.at("firewall ippool").entries
    for table in _TABLES:
        for number, one in scope.at(table).entries.items():
            accepts = one.text_of("action") == "accept" and one.text_of("status") != "disable"
            if accepts and one.text_of("nat") == "enable":
                used = _words(one, "poolname") if one.text_of("ippool") == "enable" else ()
                yield _translation(f"{name}{table} {number}", one, used, pools, "nat", "ippool", "poolname")
    for number, one in scope.at("firewall central-snat-map").entries.items():
        if one.text_of("status") != "disable" and one.text_of("nat") != "disable":
            used = _words(one, "nat-ippool")
            yield _translation(f"{name}central-snat-map {number}", one, used, pools, "nat-ippool")


def _translation(
    name: str, one: Section, used: tuple[str, ...], pools: Mapping[str, Section], *words: str
) -> SourceTranslation:
    held = [pools[pool] for pool in used if pool in pools]
    ends = [
        (pool.text_of("startip", _NOWHERE), pool.text_of("endip", pool.text_of("startip", _NOWHERE)))
        for pool in held
    ]
    return SourceTranslation(
        name=name,
        from_zones=_without_any(_words(one, "srcintf")),
        to_zones=_without_any(_words(one, "dstintf")),
        addresses=tuple(written_range(f"{first}-{last}") for first, last in ends),
        lines=(
            _line(one),
            *_said(one, *words),
            *(line for pool in held for line in _said(pool, "startip", "endip")),
        ),
    )
