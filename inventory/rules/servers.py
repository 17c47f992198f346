"""Servers: each carries a known application, and dependencies lead somewhere and never in a circle."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from inventory.models import Inventory, MunicipalityInventory, Server
from inventory.violations import Finding, ModelPath, suggest


def server_parts_defined(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find servers that carry an application nobody defines."""
    known = tuple(application.name for application in town.applications)
    for index, server in enumerate(town.servers):
        if server.application not in known:
            yield Finding(
                rule="application-undefined",
                path=(*at, "servers", index, "application"),
                message=f"the application '{server.application}' of {server.name} is not defined",
                action=suggest(server.application, known),
            )


def dependency_defined(inventory: Inventory) -> Iterator[Finding]:
    """Find dependencies on a server that does not exist anywhere."""
    known = tuple(server.name for server, _ in _servers(inventory))
    names = frozenset(known)
    for server, at in _servers(inventory):
        for number, name in enumerate(server.depends_on):
            if name not in names:
                yield Finding(
                    rule="dependency-undefined",
                    path=(*at, "depends_on", number),
                    message=f"{server.name} depends on {name}, which does not exist",
                    action=suggest(name, known),
                )


def dependency_circle(inventory: Inventory) -> Iterator[Finding]:
    """Find servers that depend on each other in a circle; each circle is told once."""
    places = {server.name: at for server, at in _servers(inventory)}
    graph = {server.name: set(server.depends_on) & set(places) for server, _ in _servers(inventory)}
    while (circle := _circle(graph)) is not None:
        start = min(circle)
        first = circle.index(start)
        ordered = [*circle[first:], *circle[:first], start]
        yield Finding(
            rule="dependency-circle",
            path=(*places[start], "depends_on"),
            message=f"servers depend on each other in a circle: {' -> '.join(ordered)}",
            action="remove one of these dependencies: no order of moving satisfies them all",
            related=tuple((*places[name], "depends_on") for name in ordered[1:-1]),
        )
        graph[start].discard(ordered[1])


def _circle(graph: Mapping[str, set[str]]) -> list[str] | None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        # The sorter lists each name before the one that depends on it, and repeats the first at the end.
        return list(reversed(names[:-1]))
    return None


def _servers(inventory: Inventory) -> Iterator[tuple[Server, ModelPath]]:
    for number, town in enumerate(inventory.municipalities):
        for index, server in enumerate(town.servers):
            yield server, ("municipalities", number, "servers", index)
