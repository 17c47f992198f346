"""Who may change together: the batches of a roll-out, computed from the topology.

Canaries go first, one per platform and site. The batches behind them grow. Two devices never share a batch
when they are members of one cluster, or when one is the only way to the other.
"""

from collections.abc import Iterable, Mapping

from pydantic import Field

from devices.models import Model, Platform
from devices.profiles import driven_platform
from inventory.models import MunicipalityInventory


class RollOutDevice(Model):
    """What a roll-out must know of a device."""

    name: str = Field(min_length=1)
    site: str = Field(min_length=1)
    platform: Platform


class Topology(Model):
    """How devices depend on each other; links name devices that are outside the roll-out, too."""

    links: tuple[tuple[str, str], ...] = ()
    clusters: tuple[tuple[str, ...], ...] = ()
    entries: tuple[str, ...] = Field(default=(), description="Devices through which management comes in")


def roll_out_batches(
    devices: tuple[RollOutDevice, ...], topology: Topology, *, largest: int
) -> tuple[tuple[str, ...], ...]:
    """Return the batches in which devices may be changed, in order.

    Args:
        devices: what is to be changed; each name once.
        topology: the whole topology, not only that of the devices to be changed.
        largest: how many devices a batch may have at most; canaries are their own measure.

    """
    names = [device.name for device in devices]
    if len(set(names)) != len(names):
        msg = "a device is named twice in a roll-out"
        raise ValueError(msg)
    if largest < 1:
        msg = "a batch holds at least one device"
        raise ValueError(msg)
    graph = _graph(topology.links)
    distance = _distances(graph, topology.entries)
    # The farthest devices first: fewest others hang on them.
    ordered = sorted(devices, key=lambda d: (-distance.get(d.name, 0), d.name))
    conflicts = _conflicts(names, graph, topology)
    canaries = _canaries(ordered, conflicts)
    batches = _fill([device.name for device in canaries], conflicts, [len(devices)])
    rest = [device.name for device in ordered if device not in canaries]
    sizes: list[int] = []
    size = max(1, len(batches[0]) if batches else 1)
    while sum(sizes) < len(rest):
        size = min(largest, size * 2)
        sizes.append(size)
    return tuple(batches + _fill(rest, conflicts, sizes))


def roll_out_batches_of(
    municipality: MunicipalityInventory, names: tuple[str, ...], *, largest: int
) -> tuple[tuple[str, ...], ...]:
    """Return the batches for named devices of a municipality, with the topology from its inventory."""
    by_name = {device.name: device for device in municipality.devices}
    unknown = sorted(set(names) - by_name.keys())
    if unknown:
        msg = f"not in the inventory of {municipality.municipality.name}: {', '.join(unknown)}"
        raise ValueError(msg)
    links = tuple(
        (link.ends[0].partition(":")[0], link.ends[1].partition(":")[0])
        for link in municipality.links
        if link.ends is not None
    )
    topology = Topology(
        links=links,
        clusters=tuple(cluster.members for cluster in municipality.firewall_clusters),
        entries=tuple(device.name for device in municipality.devices if device.role == "edge"),
    )
    devices = tuple(
        RollOutDevice(
            name=name, site=by_name[name].site, platform=driven_platform(name, by_name[name].platform)
        )
        for name in names
    )
    return roll_out_batches(devices, topology, largest=largest)


def _graph(links: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for one, other in links:
        if one != other:
            graph.setdefault(one, set()).add(other)
            graph.setdefault(other, set()).add(one)
    return graph


def _distances(
    graph: Mapping[str, set[str]], entries: Iterable[str], *, without: str | None = None
) -> dict[str, int]:
    """Return how many links each device that can be reached is away from the nearest entry."""
    distance = {entry: 0 for entry in entries if entry != without}
    frontier = list(distance)
    while frontier:
        following = []
        for name in frontier:
            for neighbour in graph.get(name, ()):
                if neighbour != without and neighbour not in distance:
                    distance[neighbour] = distance[name] + 1
                    following.append(neighbour)
        frontier = following
    return distance


def _conflicts(
    names: list[str], graph: Mapping[str, set[str]], topology: Topology
) -> dict[str, frozenset[str]]:
    conflicts: dict[str, set[str]] = {name: set() for name in names}

    def forbid(one: str, other: str) -> None:
        if one != other and one in conflicts and other in conflicts:
            conflicts[one].add(other)
            conflicts[other].add(one)

    for cluster in topology.clusters:
        for one in cluster:
            for other in cluster:
                forbid(one, other)
    reachable = _distances(graph, topology.entries)
    for name in names:
        neighbours = graph.get(name, set())
        if len(neighbours) == 1:
            forbid(name, next(iter(neighbours)))
        if name in reachable:
            # Everything that is cut off without this device has its only way through it.
            still = _distances(graph, topology.entries, without=name)
            for behind in reachable.keys() - still.keys():
                forbid(name, behind)
    return {name: frozenset(others) for name, others in conflicts.items()}


def _canaries(ordered: list[RollOutDevice], conflicts: Mapping[str, frozenset[str]]) -> list[RollOutDevice]:
    """Choose one device per platform and site, such that they can go together wherever that is possible."""
    groups: dict[tuple[str, str], list[RollOutDevice]] = {}
    for device in ordered:
        groups.setdefault((device.site, device.platform), []).append(device)
    chosen: list[RollOutDevice] = []
    # The smallest groups have the least choice and choose first.
    for _, group in sorted(groups.items(), key=lambda item: (len(item[1]), item[0])):
        taken = {device.name for device in chosen}
        chosen.append(next((device for device in group if not conflicts[device.name] & taken), group[0]))
    return [device for device in ordered if device in chosen]


def _fill(
    names: list[str], conflicts: Mapping[str, frozenset[str]], sizes: list[int]
) -> list[tuple[str, ...]]:
    """Put names into batches of growing size, each without a conflict inside."""
    batches: list[tuple[str, ...]] = []
    waiting = list(names)
    while waiting:
        size = sizes[min(len(batches), len(sizes) - 1)]
        batch: list[str] = []
        for name in waiting:
            if len(batch) < size and not conflicts[name] & set(batch):
                batch.append(name)
        waiting = [name for name in waiting if name not in batch]
        batches.append(tuple(batch))
    return batches
