"""Read the zones, policies, screens and source translation of an SRX.

Known limits:
    What stands under logical-systems and tenants is not in these facts.
"""

from collections.abc import Iterable, Iterator
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
from devices.parsers.junos.tree import Leaf, Path, Tree
from devices.parsers.objects import are_every_port, is_every_address, with_groups, written_range

Lines = tuple[ConfigLine, ...]

_POLICIES: Final = ("security", "policies")
_ZONES: Final = ("security", "zones", "security-zone")
_SCREENS: Final = ("security", "screen", "ids-option")
_SOURCE: Final = ("security", "nat", "source")
_INBOUND: Final = ("host-inbound-traffic", "system-services")
_ANY_ADDRESS: Final = ("any", "any-ipv4", "any-ipv6")
_ANY_APPLICATION: Final = ("any", "junos-tcp-any", "junos-udp-any")
_PLAIN: Final = frozenset({"source-address", "destination-address", "application", "from-zone", "to-zone"})
_PORT_PROTOCOLS: Final = frozenset({"tcp", "udp", "6", "17"})
# A zone pair's policy has eight words before what it says, a global one has five.
_PAIR_WORDS: Final = 8
_GLOBAL_WORDS: Final = 5
_WITHOUT_EFFECT: Final = frozenset({"description", "alarm-without-drop"})


def read_junos_firewall(tree: Tree, extent: Lines) -> Firewall:
    """Return what the ``security`` part says."""
    return Firewall(
        interfaces=tuple(_interfaces(tree)),
        zones=tuple(
            FirewallZone(name=zone, interfaces=tree.values(*_ZONES, zone, "interfaces"), lines=lines)
            for zone, lines in _zones(tree)
        ),
        doors=tuple(door for zone, lines in _zones(tree) for door in _doors(tree, zone, lines)),
        policies=tuple(_policies(tree)),
        defaults=(_default_policy(tree, extent),),
        protections=tuple(_screens(tree)),
        translations=tuple(_translations(tree)),
        lines=extent,
    )


def _first(leaves: Iterable[Leaf], length: int) -> Lines:
    """Return the line in which a part begins."""
    return next(((leaf.line_of(length),) for leaf in leaves), ())


def _zones(tree: Tree) -> Iterator[tuple[str, Lines]]:
    for zone in tree.values(*_ZONES):
        yield zone, _first(tree.under(*_ZONES, zone), len(_ZONES) + 1)


def _interfaces(tree: Tree) -> Iterator[FirewallInterface]:
    off = {
        ".".join((leaf.path[1], leaf.path[3]) if leaf.path[2:3] == ("unit",) else leaf.path[1:2])
        for leaf in tree.under("interfaces")
        if leaf.path[2:] == ("disable",) or (leaf.path[2:3] == ("unit",) and leaf.path[4:] == ("disable",))
    }
    for zone in tree.values(*_ZONES):
        at = (*_ZONES, zone, "interfaces")
        for name in tree.values(*at):
            parent = name.partition(".")[0]
            yield FirewallInterface(
                name=name,
                zone=zone,
                parent=parent,
                shut=name in off or parent in off,
                lines=_first(tree.under(*at, name), len(at) + 1),
            )


def _doors(tree: Tree, zone: str, lines: Lines) -> Iterator[Door]:
    """Yield the list of a zone, and those of its interfaces that have one of their own instead."""
    at = (*_ZONES, zone)
    interfaces = tree.values(*at, "interfaces")
    own = [name for name in interfaces if next(_inbound(tree, *at, "interfaces", name), None) is not None]
    if not interfaces or len(own) < len(interfaces):
        yield _door(tree, at, Door(name=f"zone {zone}", zone=zone, lines=lines))
    for name in own:
        place = (*at, "interfaces", name)
        yield _door(
            tree, place, Door(name=f"zone {zone} interface {name}", zone=zone, interface=name, lines=lines)
        )


def _inbound(tree: Tree, *at: str) -> Iterator[Leaf]:
    return tree.under(*at, "host-inbound-traffic")


def _door(tree: Tree, at: Path, empty: Door) -> Door:
    at = (*at, *_INBOUND)
    words = tree.values(*at)
    closed = {
        word for word in words if any("except" in leaf.path[len(at) + 1 :] for leaf in tree.under(*at, word))
    }
    lines = tuple(line for word in words if word not in closed for line in tree.lines(*at, word))
    return Door(
        name=empty.name,
        zone=empty.zone,
        interface=empty.interface,
        services=tuple(word for word in words if word not in closed),
        holder=" ".join(at),
        lines=lines or empty.lines,
    )


def _policies(tree: Tree) -> Iterator[FirewallPolicy]:
    """Yield the policies; what a group adds stands behind what the configuration has of its own."""
    parts: dict[Path, list[Leaf]] = {}
    for leaf in (*tree.own, *tree.leaves) if len(tree.own) < len(tree.leaves) else tree.leaves:
        words = leaf.path
        if words[:2] != _POLICIES:
            continue
        if words[2:3] == ("from-zone",) and len(words) >= _PAIR_WORDS:
            parts.setdefault(words[:_PAIR_WORDS], []).append(leaf)
        elif words[2:4] == ("global", "policy") and len(words) >= _GLOBAL_WORDS:
            parts.setdefault(words[:_GLOBAL_WORDS], []).append(leaf)
    if not parts:
        return
    addresses, applications = _every_address(tree), _every_application(tree)
    for path, leaves in parts.items():
        yield _policy(path, leaves, addresses, applications)


def _policy(
    path: Path, leaves: list[Leaf], addresses: frozenset[str], applications: frozenset[str]
) -> FirewallPolicy:
    said: dict[tuple[str, ...], list[Leaf]] = {}
    for leaf in leaves:
        said.setdefault(leaf.path[len(path) : len(path) + 2], []).append(leaf)

    def matched(word: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(leaf.path[-1] for leaf in said.get(("match", word), ())))

    def lines_of(*words: str) -> Lines:
        found = {one.line.number: one.line for one in said.get(words, ())}
        return tuple(found[number] for number in sorted(found))

    sides = ("source-address", "destination-address")
    is_any = all(
        addresses.intersection(matched(side)) or ("match", f"{side}-excluded") in said for side in sides
    )
    # Of several actions the last one is in force.
    action = next((leaf.path[len(path) + 1] for leaf in reversed(leaves) if _acts(leaf, path)), "")
    permits = action == "permit"
    logged = {word for leaf in said.get(("then", "log"), ()) for word in leaf.path[len(path) + 2 :]}
    pair = path[3::2] if len(path) == _PAIR_WORDS else ()
    return FirewallPolicy(
        name=path[-1],
        scope=" ".join(path[2:-2]),
        enabled=True,
        allows=permits,
        from_zones=_without_any(pair[:1] or matched("from-zone")),
        to_zones=_without_any(pair[1:2] or matched("to-zone")),
        any_to_any=is_any,
        all_services=tuple(one for one in matched("application") if one in applications),
        limited=bool(_limits(said, leaves, path)),
        # A refused session has no end that could be logged.
        logs=bool(logged) if permits else "session-init" in logged,
        address_lines=tuple(line for side in sides for line in lines_of("match", side)),
        service_lines=lines_of("match", "application"),
        log_lines=lines_of("then", "log"),
        lines=tuple(dict.fromkeys((*_first(leaves, len(path)), *lines_of("then", action)))),
    )


def _limits(said: dict[Path, list[Leaf]], leaves: list[Leaf], path: Path) -> set[str]:
    """Return what else must match: users, applications by their content, hours, addresses left out."""
    matched = {
        words[1]
        for words, held in said.items()
        if words[0] == "match" and len(words) > 1 and any(leaf.path[-1] != "any" for leaf in held)
    }
    hours = {
        word for leaf in leaves for word in leaf.path[len(path) : len(path) + 1] if word == "scheduler-name"
    }
    return (matched - _PLAIN) | hours


def _acts(leaf: Leaf, path: Path) -> bool:
    words = leaf.path[len(path) :]
    return words[:1] == ("then",) and words[1:2] in {("permit",), ("deny",), ("reject",)}


def _without_any(zones: tuple[str, ...]) -> tuple[str, ...]:
    return () if "any" in zones else zones


def _every_address(tree: Tree) -> frozenset[str]:
    """Return the names of all books that stand for every address."""
    wide, groups = set(_ANY_ADDRESS), dict[str, set[str]]()
    for leaf in tree.under("security"):
        if leaf.path[1:2] == ("address-book",):
            words = leaf.path[3:]
        elif leaf.path[:3] == _ZONES and leaf.path[4:5] == ("address-book",):
            words = leaf.path[5:]
        else:
            continue
        if words[:1] == ("address",) and _is_whole(words[2:]):
            wide.add(words[1])
        elif words[:1] == ("address-set",) and words[2:3] in {("address",), ("address-set",)}:
            groups.setdefault(words[1], set()).add(words[-1])
    return with_groups(wide, groups)


def _is_whole(words: tuple[str, ...]) -> bool:
    if words[:1] == ("range-address",):
        return is_every_address("-".join(word for word in words[1:] if word != "to"))
    return bool(words) and is_every_address(words[-1])


def _every_application(tree: Tree) -> frozenset[str]:
    """Return the names of applications that stand for every port, one of their terms being enough."""
    terms: dict[tuple[str, str], dict[str, str]] = {}
    groups: dict[str, set[str]] = {}
    for leaf in tree.under("applications"):
        words = leaf.path[1:]
        if words[:1] == ("application",) and len(words) > 2:  # noqa: PLR2004 - its name and what it says
            named = words[2:3] == ("term",)
            said = words[4:] if named else words[2:]
            term = terms.setdefault((words[1], words[3] if named else ""), {})
            term.update(zip(said[::2], said[1::2], strict=False))
        elif words[:1] == ("application-set",) and len(words) > 3:  # noqa: PLR2004 - its name and a member
            groups.setdefault(words[1], set()).add(words[-1])
    wide = {
        name
        for (name, _), term in terms.items()
        if term.get("protocol") in _PORT_PROTOCOLS
        and are_every_port((term.get("destination-port", "0-65535"),))
    }
    return with_groups({*_ANY_APPLICATION, *wide}, groups)


def _default_policy(tree: Tree, extent: Lines) -> DefaultPolicy:
    stated = tree.last(*_POLICIES, "default-policy")
    section = _first(tree.under(*_POLICIES), len(_POLICIES))
    return DefaultPolicy(
        scope="policies",
        denies=stated is None or stated.path[-1] != "permit-all",
        by_default=stated is None,
        lines=(section or extent) if stated is None else (stated.line,),
    )


def _screens(tree: Tree) -> Iterator[FloodProtection]:
    for zone in tree.values(*_ZONES):
        stated = tree.last(*_ZONES, zone, "screen")
        if stated is None:
            continue
        name = stated.path[-1]
        words = set(tree.values(*_SCREENS, name))
        fault = None
        if not words:
            fault = f"there is no ids-option {name}"
        elif words <= _WITHOUT_EFFECT:
            fault = f"ids-option {name} looks for nothing"
        elif "alarm-without-drop" in words:
            fault = f"ids-option {name} drops nothing"
        held = tree.lines(*_SCREENS, name)
        yield FloodProtection(name=name, places=(zone,), fault=fault, lines=(stated.line, *held))


def _translations(tree: Tree) -> Iterator[SourceTranslation]:
    for name in tree.values(*_SOURCE, "rule-set"):
        at = (*_SOURCE, "rule-set", name)
        faces = {
            side: tuple(zone for kind in ("zone", "interface") for zone in tree.values(*at, side, kind))
            for side in ("from", "to")
        }
        for rule in tree.values(*at, "rule"):
            then = (*at, "rule", rule, "then", "source-nat")
            pools = tree.values(*then, "pool")
            if not pools and "interface" not in tree.values(*then):
                continue
            held = tree.lines(*_SOURCE, "pool", *pools[:1], "address") if pools else ()
            yield SourceTranslation(
                name=f"{name} {rule}",
                from_zones=faces["from"],
                to_zones=faces["to"],
                addresses=tuple(one for pool in pools for one in _addresses(tree, pool)),
                lines=(*tree.lines(*then), *held),
            )


def _addresses(tree: Tree, pool: str) -> Iterator[str]:
    at = (*_SOURCE, "pool", pool, "address")
    for leaf in tree.under(*at):
        words = [word for word in leaf.path[len(at) :] if word != "to"]
        if words:
            yield written_range("-".join(words) if len(words) > 1 else words[0])
