"""Who may change together: the batches of a roll-out, computed from the topology.

Canaries go first, one per platform and site. The batches behind them grow. Two devices never share a batch
when they are members of one cluster, pair or stack, when one is the only way to the other, or when a third is
cut off while both are away. A site behind a slow line has no more devices in a batch than its limit says.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from pydantic import Field

from devices.models import Model, Platform
from devices.profiles import driven_platform
from devices.reach import Reach
from inventory.models import Device, MunicipalityInventory

_ENTRY_ROLES: Final = ("edge", "firewall", "core")


class RollOutDevice(Model):
    """What a roll-out must know of a device."""

    name: str = Field(min_length=1)
    site: str = Field(min_length=1)
    platform: Platform


class SiteLimit(Model):
    """How much a site bears at once."""

    site: str = Field(min_length=1)
    devices_at_once: int | None = Field(default=None, ge=1, description="None: as many as a batch holds")
    pause_seconds: int = Field(default=0, ge=0, description="Before a further batch with devices of it")


class Topology(Model):
    """How devices depend on each other; links name devices that are outside the roll-out, too."""

    links: tuple[tuple[str, str], ...] = ()
    clusters: tuple[tuple[str, ...], ...] = Field(
        default=(), description="Firewall clusters, MLAG and VSX pairs, stacks"
    )
    entries: tuple[str, ...] = Field(default=(), description="Devices through which management comes in")


class Batch(Model):
    """Devices that are changed at once, and how long is waited before."""

    kind: Literal["canary", "growing"]
    devices: tuple[str, ...] = Field(min_length=1)
    pause_seconds: int = Field(default=0, ge=0)


def roll_out_batches(
    devices: tuple[RollOutDevice, ...],
    topology: Topology,
    *,
    largest: int,
    limits: tuple[SiteLimit, ...] = (),
) -> tuple[Batch, ...]:
    """Return the batches in which devices may be changed, in order.

    Args:
        devices: what is to be changed; each name once.
        topology: the whole topology, not only that of the devices to be changed.
        largest: how many devices a batch may have at most.
        limits: of sites that bear less than a whole batch, or nothing without a pause.

    """
    names = [device.name for device in devices]
    if len(set(names)) != len(names):
        msg = "a device is named twice in a roll-out"
        raise ValueError(msg)
    if largest < 1:
        msg = "a batch holds at least one device"
        raise ValueError(msg)
    rules = _Rules(devices, topology, limits)
    # The farthest devices first: fewest others hang on them.
    ordered = sorted(devices, key=lambda d: (-rules.reach.distance.get(d.name, 0), d.name))
    canaries = _canaries(ordered, rules)
    first = rules.fill([device.name for device in canaries], [largest])
    rest = [device.name for device in ordered if device not in canaries]
    sizes: list[int] = []
    size = len(first[0]) if first else 1
    while sum(sizes) < len(rest):
        size = min(largest, size * 2)
        sizes.append(size)
    following = rules.fill(rest, sizes)
    pauses = rules.pauses_seconds([*first, *following])
    return tuple(
        Batch(kind="canary" if number < len(first) else "growing", devices=batch, pause_seconds=pause)
        for number, (batch, pause) in enumerate(zip([*first, *following], pauses, strict=True))
    )


def roll_out_batches_of(
    municipality: MunicipalityInventory, names: tuple[str, ...], *, largest: int
) -> tuple[Batch, ...]:
    """Return the batches for named devices of a municipality, with topology and limits from its inventory."""
    by_name = {device.name: device for device in municipality.devices}
    unknown = sorted(set(names) - by_name.keys())
    if unknown:
        msg = f"not in the inventory of {municipality.municipality.name}: {', '.join(unknown)}"
        raise ValueError(msg)
    devices = tuple(
        RollOutDevice(
            name=name, site=by_name[name].site, platform=driven_platform(name, by_name[name].platform)
        )
        for name in names
    )
    limits = tuple(
        SiteLimit(
            site=site.name,
            devices_at_once=site.devices_at_once,
            pause_seconds=site.pause_between_batches_seconds,
        )
        for site in municipality.sites
    )
    return roll_out_batches(devices, topology_of(municipality), largest=largest, limits=limits)


def topology_of(municipality: MunicipalityInventory) -> Topology:
    """Return what an inventory says about how its devices depend on each other."""
    groups: dict[str, list[str]] = {}
    for device in municipality.devices:
        if device.redundancy_group is not None:
            groups.setdefault(device.redundancy_group, []).append(device.name)
    return Topology(
        links=tuple(
            (link.ends[0].partition(":")[0], link.ends[1].partition(":")[0])
            for link in municipality.links
            if link.ends is not None
        ),
        clusters=(
            *(cluster.members for cluster in municipality.firewall_clusters),
            *(tuple(members) for members in groups.values()),
        ),
        entries=_entries(municipality.devices),
    )


def _entries(devices: tuple[Device, ...]) -> tuple[str, ...]:
    """Return the outermost devices: the edge, or the firewalls or the core where there is none."""
    for role in _ENTRY_ROLES:
        found = tuple(device.name for device in devices if device.role == role)
        if found:
            return found
    return ()


class _Rules:
    """What may stand in one batch."""

    def __init__(
        self, devices: tuple[RollOutDevice, ...], topology: Topology, limits: tuple[SiteLimit, ...]
    ) -> None:
        self.reach = Reach(topology.links, topology.entries)
        self._site = {device.name: device.site for device in devices}
        self._limits = {limit.site: limit for limit in limits}
        self.conflicts = _conflicts(tuple(self._site), self.reach, topology.clusters)

    def fill(self, names: list[str], sizes: list[int]) -> list[tuple[str, ...]]:
        """Put names into batches of these sizes, the last one again and again."""
        batches: list[tuple[str, ...]] = []
        waiting = list(names)
        while waiting:
            size = sizes[min(len(batches), len(sizes) - 1)]
            batch: list[str] = []
            for name in waiting:
                if len(batch) < size and self.fits(name, batch):
                    batch.append(name)
            waiting = [name for name in waiting if name not in batch]
            batches.append(tuple(batch))
        return batches

    def fits(self, name: str, batch: Iterable[str]) -> bool:
        """Tell whether a device may change together with these, which may change together themselves."""
        others = tuple(batch)
        if self.conflicts[name] & set(others):
            return False
        limit = self._limits.get(self._site[name])
        if limit is not None and limit.devices_at_once is not None:
            beside = sum(self._site[other] == self._site[name] for other in others)
            if beside >= limit.devices_at_once:
                return False
        return self.reach.stands_without((*others, name))

    def pauses_seconds(self, batches: list[tuple[str, ...]]) -> list[int]:
        """Return how long is waited before each batch: what the sites ask for that had their turn before."""
        seen: set[str] = set()
        pauses: list[int] = []
        for batch in batches:
            sites = {self._site[name] for name in batch}
            waits = [self._limits[site].pause_seconds for site in sites & seen & self._limits.keys()]
            pauses.append(max(waits, default=0))
            seen |= sites
        return pauses


def _conflicts(
    names: tuple[str, ...], reach: Reach, clusters: tuple[tuple[str, ...], ...]
) -> dict[str, frozenset[str]]:
    conflicts: dict[str, set[str]] = {name: set() for name in names}

    def forbid(one: str, other: str) -> None:
        if one != other and one in conflicts and other in conflicts:
            conflicts[one].add(other)
            conflicts[other].add(one)

    for cluster in clusters:
        for one in cluster:
            for other in cluster:
                forbid(one, other)
    for name in names:
        neighbours = reach.neighbours(name)
        if len(neighbours) == 1 or name not in reach.distance:
            # Where nobody knows how management comes in, any neighbour may be the way.
            for neighbour in neighbours:
                forbid(name, neighbour)
        # Everything that is cut off without this device has its only way through it.
        for behind in reach.cut_off_without((name,)):
            forbid(name, behind)
    return {name: frozenset(others) for name, others in conflicts.items()}


def _canaries(ordered: list[RollOutDevice], rules: _Rules) -> list[RollOutDevice]:
    """Choose one device per platform and site, such that they can go together wherever that is possible."""
    groups: dict[tuple[str, str], list[RollOutDevice]] = {}
    for device in ordered:
        groups.setdefault((device.site, device.platform), []).append(device)
    chosen: list[RollOutDevice] = []
    conflicts: Mapping[str, frozenset[str]] = rules.conflicts
    # The smallest groups have the least choice and choose first.
    for _, group in sorted(groups.items(), key=lambda item: (len(item[1]), item[0])):
        taken = {device.name for device in chosen}
        chosen.append(next((device for device in group if not conflicts[device.name] & taken), group[0]))
    return [device for device in ordered if device in chosen]
