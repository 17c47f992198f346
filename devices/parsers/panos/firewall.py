"""Read the zones, rules, zone protection and source translation of PAN-OS.

Every virtual system has rules and objects of its own; where there is only one they stand at the top.
"""

from collections.abc import Iterator
from itertools import pairwise
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
from devices.parsers.objects import are_every_port, is_every_address, with_groups, written_range
from devices.parsers.panos.tree import Word

Lines = tuple[ConfigLine, ...]

_PROFILES: Final = ("network", "profiles")
_MANAGEMENT: Final = "interface-management-profile"
_PROTECTION: Final = "zone-protection-profile"
_LAYERS: Final = ("layer3", "layer2", "virtual-wire", "tap", "tunnel", "external")
_NO_PROTECTION: Final = frozenset({"description", "asymmetric-path", "tcp-reject-non-syn"})
_LIMITS: Final = ("source-user", "category", "source-hip", "destination-hip", "schedule")
_NOT_SERVICES: Final = frozenset({"permitted-ip"})


def read_panos_firewall(root: Word, extent: Lines) -> Firewall:
    """Return what the firewall of every virtual system says."""
    systems = {f"vsys {name} ": one for name, one in root.entries("vsys")} or {"": root}
    zones = tuple(zone for one in systems.values() for zone in _zones(one))
    return Firewall(
        interfaces=tuple(_interfaces(root, zones)),
        zones=zones,
        doors=tuple(_doors(root, zones)),
        policies=tuple(policy for name, one in systems.items() for policy in _policies(name, one, root)),
        defaults=tuple(_default_policy(name, one, extent) for name, one in systems.items()),
        protections=tuple(one for system in systems.values() for one in _protections(system, root)),
        translations=tuple(
            one for name, system in systems.items() for one in _translations(name, system, root)
        ),
        lines=extent,
    )


def _value(word: Word, *path: str) -> str | None:
    """Return the value that was given last."""
    names = word.names(*path)
    return names[-1] if names else None


def _said(word: Word, *path: str) -> Lines:
    """Return the lines of everything below a path, its own where there is nothing."""
    held = word.at(*path)
    if held is None:
        return ()
    return tuple(dict.fromkeys(end.line for _, end in held.ends())) or (held.line,)


def _zones(system: Word) -> Iterator[FirewallZone]:
    for name, zone in system.entries("zone"):
        yield FirewallZone(
            name=name,
            interfaces=tuple(one for layer in _LAYERS for one in zone.names("network", layer)),
            lines=(zone.line,),
        )


def _places(root: Word) -> Iterator[tuple[str, str | None, bool, Word, Word]]:
    """Yield name, parent, whether it is shut, itself, and the part with its addresses, of every interface."""
    for kind in ("ethernet", "aggregate-ethernet"):
        for name, port in root.entries("network", "interface", kind):
            shut = _value(port, "link-state") == "down"
            held = port.at("layer3")
            yield name, None, shut, port, held if held is not None else port
            for layer in ("layer3", "layer2"):
                for unit, below in port.entries(layer, "units"):
                    yield unit, name, shut, below, below
    for kind in ("loopback", "tunnel", "vlan"):
        for unit, below in root.entries("network", "interface", kind, "units"):
            yield unit, None, False, below, below


def _interfaces(root: Word, zones: tuple[FirewallZone, ...]) -> Iterator[FirewallInterface]:
    zone_of = {member: zone.name for zone in zones for member in zone.interfaces}
    for name, parent, shut, word, _ in _places(root):
        yield FirewallInterface(
            name=name, zone=zone_of.get(name), parent=parent, shut=shut, lines=(word.line,)
        )


def _doors(root: Word, zones: tuple[FirewallZone, ...]) -> Iterator[Door]:
    zone_of = {member: zone.name for zone in zones for member in zone.interfaces}
    used: dict[str, list[str]] = {}
    for name, _, _, _, held in _places(root):
        if (profile := _value(held, _MANAGEMENT)) is not None:
            used.setdefault(profile, []).append(name)
    for name, _, _, word, held in _places(root):
        profile = _value(held, _MANAGEMENT)
        services = None if profile is None else root.at(*_PROFILES, _MANAGEMENT, profile)
        opened = [
            service
            for service in (() if services is None else services.below)
            if service not in _NOT_SERVICES and services is not None and _value(services, service) == "yes"
        ]
        yield Door(
            name=f"{name} interface-management-profile {profile}" if profile else name,
            zone=zone_of.get(name),
            interface=name,
            services=tuple(opened),
            holder=profile,
            shared_with=tuple(one for one in used.get(profile or "", ()) if one != name),
            lines=(
                *(_said(held, _MANAGEMENT) or (word.line,)),
                *(line for one in opened if services is not None for line in _said(services, one)),
            ),
        )


def _policies(name: str, system: Word, root: Word) -> Iterator[FirewallPolicy]:
    addresses, services = _every_address(system, root), _every_service(system, root)
    for title, rule in system.entries("rulebase", "security", "rules"):
        kind = _value(rule, "rule-type")
        sides = ("source", "destination")
        logs = {moment: _value(rule, f"log-{moment}") for moment in ("start", "end")}
        yield FirewallPolicy(
            name=title,
            scope=f"{name}rulebase",
            enabled=_value(rule, "disabled") != "yes",
            allows=_value(rule, "action") == "allow",
            from_zones=_without_any(rule.names("from")),
            to_zones=_without_any(rule.names("to")),
            any_to_any=all(
                addresses.intersection(rule.names(side)) or _value(rule, f"negate-{side}") == "yes"
                for side in sides
            ),
            all_services=tuple(one for one in rule.names("service") if one in services),
            all_applications="any" in rule.names("application"),
            # A rule logs the end of its sessions unless told.
            logs=logs["start"] == "yes" or logs["end"] in {"yes", None},
            limited=any(set(rule.names(word)) - {"any"} for word in _LIMITS),
            same_zone_only=kind == "intrazone",
            address_lines=tuple(line for side in sides for line in _said(rule, side)),
            service_lines=tuple(line for word in ("application", "service") for line in _said(rule, word)),
            log_lines=tuple(line for moment in logs for line in _said(rule, f"log-{moment}")),
            lines=tuple(dict.fromkeys((rule.line, *_said(rule, "action")))),
        )


def _without_any(names: tuple[str, ...]) -> tuple[str, ...]:
    return () if "any" in names else names


def _named(system: Word, root: Word, kind: str) -> Iterator[tuple[str, Word]]:
    """Yield the objects of a virtual system and those that all share."""
    yield from root.entries("shared", kind)
    yield from system.entries(kind)


def _every_address(system: Word, root: Word) -> frozenset[str]:
    wide = {"any", "0.0.0.0/0", "::/0"}
    for name, one in _named(system, root, "address"):
        if any(is_every_address(_value(one, kind) or "") for kind in ("ip-netmask", "ip-range")):
            wide.add(name)
    return with_groups(
        wide, {name: one.names("static") for name, one in _named(system, root, "address-group")}
    )


def _every_service(system: Word, root: Word) -> frozenset[str]:
    wide = {"any"}
    for name, one in _named(system, root, "service"):
        if any(
            are_every_port((_value(one, "protocol", kind, "port") or "").split(","))
            for kind in ("tcp", "udp")
        ):
            wide.add(name)
    groups = {name: one.names("members") for name, one in _named(system, root, "service-group")}
    return with_groups(wide, groups)


def _default_policy(name: str, system: Word, extent: Lines) -> DefaultPolicy:
    """Return ``interzone-default``, which denies unless told, and logs nothing unless told."""
    rule = system.at("rulebase", "default-security-rules", "rules", "interzone-default") or Word(extent[0])
    action = _value(rule, "action")
    lines = _said(rule, "action") or _said(system, "rulebase", "default-security-rules")[:1]
    return DefaultPolicy(
        scope=f"{name}interzone-default",
        denies=action != "allow",
        logs=_value(rule, "log-end") == "yes",
        by_default=action is None,
        log_lines=_said(rule, "log-end"),
        lines=lines or _head(system, extent),
    )


def _head(system: Word, extent: Lines) -> Lines:
    held = system.at("rulebase")
    return extent if held is None else (held.line,)


def _protections(system: Word, root: Word) -> Iterator[FloodProtection]:
    for zone, held in system.entries("zone"):
        name = _value(held, "network", _PROTECTION)
        if name is None:
            continue
        profile = root.at(*_PROFILES, _PROTECTION, name)
        fault = None
        if profile is None:
            fault = f"there is no zone-protection-profile {name}"
        elif not _protects(profile):
            fault = f"zone-protection-profile {name} protects from nothing"
        yield FloodProtection(
            name=f"zone-protection-profile {name}",
            places=(zone,),
            fault=fault,
            lines=(
                *_said(held, "network", _PROTECTION),
                *(() if profile is None else dict.fromkeys(end.line for _, end in profile.ends())),
            ),
        )


def _protects(profile: Word) -> bool:
    """Return whether a flood, a scan or a malformed packet is stopped."""
    if any(_value(one, "enable") == "yes" for _, one in profile.entries("flood")):
        return True
    if any(_value(one, "action") not in {None, "allow", "alert"} for _, one in profile.entries("scan")):
        return True
    others = set(profile.below) - _NO_PROTECTION - {"flood", "scan"}
    return any(_value(profile, one) == "yes" for one in others)


def _translations(name: str, system: Word, root: Word) -> Iterator[SourceTranslation]:
    objects = dict(_named(system, root, "address"))
    for title, rule in system.entries("rulebase", "nat", "rules"):
        held = rule.at("source-translation")
        if held is None or _value(rule, "disabled") == "yes":
            continue
        stated = [
            before_last
            for path, _ in held.ends()
            for word, before_last in pairwise(path)
            if word in {"translated-address", "ip"}
        ]
        yield SourceTranslation(
            name=f"{name}{title}",
            from_zones=_without_any(rule.names("from")),
            to_zones=_without_any(rule.names("to")),
            addresses=tuple(_written(one, objects) for one in stated),
            lines=(rule.line, *_said(rule, "source-translation")),
        )


def _written(name: str, objects: dict[str, Word]) -> str:
    one = objects.get(name)
    stated = None if one is None else _value(one, "ip-netmask") or _value(one, "ip-range")
    return written_range(name if stated is None else stated)
