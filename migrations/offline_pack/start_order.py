"""In which order servers are started after a blackout: what others depend on first."""

from graphlib import CycleError, TopologicalSorter

from inventory.models import Server
from migrations.errors import PlanInvalid


def start_order(servers: tuple[Server, ...]) -> tuple[tuple[Server, ...], ...]:
    """Return the servers in groups; each group depends on earlier ones only and can be started together.

    A dependency on a server of another municipality does not hold a group up; the page names it.

    Raises:
        PlanInvalid: servers depend on each other in a circle.
    """
    by_name = {server.name: server for server in servers}
    sorter = TopologicalSorter(
        {server.name: [name for name in server.depends_on if name in by_name] for server in servers}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise PlanInvalid(
            f"servers depend on each other in a circle: {circle}; mend the inventory"
        ) from error
    groups: list[tuple[Server, ...]] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        groups.append(tuple(by_name[name] for name in ready))
        sorter.done(*ready)
    return tuple(groups)
