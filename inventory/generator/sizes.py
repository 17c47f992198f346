"""How much a municipality has, from its population: estimates checked against the few public figures."""

from typing import NamedTuple

SECOND_EDGE_FROM = 20_000
_SECOND_CLUSTER_FROM = 40_000


class MunicipalitySize(NamedTuple):
    """How many of each a municipality has."""

    sites: int
    access_switches: int
    core_switches: int
    firewalls_and_edge: int
    servers: int
    sensors: int

    @property
    def devices(self) -> int:
        """Return how many devices there are in all."""
        return self.access_switches + self.core_switches + self.firewalls_and_edge


def size_of(population: int) -> MunicipalitySize:
    """Return the size of a municipality; each figure is rounded by itself, a half to the even number.

    The access switches and the firewalls follow from the rounded number of sites.
    """
    sites = round(6 + 2.45 * population / 1000)
    more_edge = 2 if population > SECOND_EDGE_FROM else 0
    return MunicipalitySize(
        sites=sites,
        access_switches=round(1.87 * sites),
        core_switches=round(6 + 3 * population / 10_000),
        firewalls_and_edge=round(2 + more_edge + sites / 8),
        servers=round(15 + 2.25 * population / 1000),
        sensors=4 if population > _SECOND_CLUSTER_FROM else 2,
    )


def apportion(total: int, shares: dict[str, float]) -> dict[str, int]:
    """Return whole numbers that add up to the total, as near to the shares as can be (largest remainder)."""
    whole = sum(shares.values())
    exact = {name: total * share / whole for name, share in shares.items()}
    counts = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: counts[name] - exact[name])
    for name in by_remainder[: total - sum(counts.values())]:
        counts[name] += 1
    return counts
