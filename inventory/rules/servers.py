"""Servers: each carries a known application, and dependencies lead somewhere and never in a circle."""

from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from inventory.models import MunicipalityInventory
from inventory.outline import InventoryOutline
from inventory.violations import Finding, ModelPath, suggest

_TOLD_APART = 3
"""Letters by which the host names of municipalities differ; a near miss is searched among those alike."""


class _Needs(NamedTuple):
    server: str
    depends_on: tuple[str, ...]
    path: ModelPath


def server_parts_defined(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find servers that carry an application nobody defines."""
    known = frozenset(application.name for application in town.applications)
    for index, server in enumerate(town.servers):
        if server.application not in known:
            yield Finding(
                rule="application-undefined",
                path=(*at, "servers", index, "application"),
                message=f"the application '{server.application}' of {server.name} is not defined",
                action=suggest(server.application, tuple(known)),
            )


def dependency_defined(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find dependencies on a server that does not exist anywhere."""
    names = frozenset(name for town, _ in inventory.towns() for name in town.servers)
    alike: dict[str, list[str]] = {}
    for name in sorted(names):
        alike.setdefault(name[:_TOLD_APART], []).append(name)
    for town, at in inventory.towns():
        for index, needed in enumerate(town.depends_on):
            for number, name in enumerate(needed):
                if name not in names:
                    yield Finding(
                        rule="dependency-undefined",
                        path=(*at, "servers", index, "depends_on", number),
                        message=f"{town.servers[index]} depends on {name}, which does not exist",
                        action=suggest(name, tuple(alike.get(name[:_TOLD_APART], town.servers))),
                    )


def dependency_circle(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find servers that depend on each other in a circle; each circle is told once."""
    servers = tuple(_servers(inventory))
    used = Counter(one.server for one in servers)
    # A name that two servers have leads to neither; that is told as what it is.
    servers = tuple(one for one in servers if used[one.server] == 1)
    places = {one.server: one.path for one in servers}
    # In the order as written: which of two circles through one server is told must not depend on chance.
    graph = {
        one.server: [name for name in dict.fromkeys(one.depends_on) if name in places] for one in servers
    }
    for connected in _connected(graph):
        while (circle := _circle(connected)) is not None:
            start = min(circle)
            first = circle.index(start)
            ordered = [*circle[first:], *circle[:first], start]
            yield Finding(
                rule="dependency-circle",
                path=places[start],
                message=f"servers depend on each other in a circle: {' -> '.join(ordered)}",
                action="remove one of these dependencies: no order of moving satisfies them all",
                related=tuple(places[name] for name in ordered[1:-1]),
            )
            connected[start].remove(ordered[1])


def _connected(graph: Mapping[str, list[str]]) -> Iterator[dict[str, list[str]]]:
    """Yield the parts of the graph that have nothing to do with each other; most hold a few servers."""
    neighbours: dict[str, list[str]] = {name: list(needed) for name, needed in graph.items()}
    for name, needed in graph.items():
        for other in needed:
            neighbours[other].append(name)
    seen: set[str] = set()
    for name in graph:
        if name in seen:
            continue
        seen.add(name)
        reached = [name]
        for one in reached:
            new = [other for other in dict.fromkeys(neighbours[one]) if other not in seen]
            seen.update(new)
            reached.extend(new)
        yield {one: list(graph[one]) for one in reached}


def _circle(graph: Mapping[str, list[str]]) -> list[str] | None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        # The sorter lists each name before the one that depends on it, and repeats the first at the end.
        return list(reversed(names[:-1]))
    return None


def _servers(inventory: InventoryOutline) -> Iterator[_Needs]:
    for town, at in inventory.towns():
        for index, name in enumerate(town.servers):
            yield _Needs(name, town.depends_on[index], (*at, "servers", index, "depends_on"))
