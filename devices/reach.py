"""Which devices management still reaches while others are away."""

from collections.abc import Iterable
from functools import cached_property


class Reach:
    """A graph of links, walked from where management comes in."""

    def __init__(self, links: Iterable[tuple[str, str]], entries: Iterable[str]) -> None:
        """Keep the graph.

        Args:
            links: pairs of devices; a link of a device to itself says nothing.
            entries: the devices through which management comes in.

        """
        self._entries = tuple(entries)
        self._graph: dict[str, set[str]] = {}
        self._cut_by_one: dict[str, frozenset[str]] = {}
        for one, other in links:
            if one != other:
                self._graph.setdefault(one, set()).add(other)
                self._graph.setdefault(other, set()).add(one)

    def neighbours(self, name: str) -> frozenset[str]:
        """Return the devices that a link joins to this one."""
        return frozenset(self._graph.get(name, ()))

    @cached_property
    def distance(self) -> dict[str, int]:
        """Return how many links each device that can be reached is away from the nearest entry."""
        return self._walk(frozenset())

    def cut_off_without(self, away: Iterable[str]) -> frozenset[str]:
        """Return the devices that nobody can reach while these are away."""
        return frozenset(self.distance.keys() - self._walk(frozenset(away)).keys())

    def stands_without(self, away: tuple[str, ...]) -> bool:
        """Tell whether these can be away at once: none behind another, and together they cut off no more.

        A device that has its only way through one of them is cut off whatever the batch is. One that has two
        ways keeps one of them.
        """
        passing = tuple(name for name in away if self._leads_on(name))
        together = self.cut_off_without(passing)
        alone = frozenset[str]().union(*(self._without_one(name) for name in passing))
        return together == alone and not together.intersection(away)

    def _without_one(self, name: str) -> frozenset[str]:
        if name not in self._cut_by_one:
            self._cut_by_one[name] = self.cut_off_without((name,))
        return self._cut_by_one[name]

    def _leads_on(self, name: str) -> bool:
        """Tell whether a way to others can go through a device; it never does at the end of one cable."""
        return name in self._entries or len(self._graph.get(name, ())) > 1

    def _walk(self, away: frozenset[str]) -> dict[str, int]:
        """Return the distance of what is reached; a device that is away is reached, and leads no further."""
        distance = dict.fromkeys(self._entries, 0)
        frontier = list(distance)
        while frontier:
            following = []
            for name in frontier:
                if name in away:
                    continue
                for neighbour in self._graph.get(name, ()):
                    if neighbour not in distance:
                        distance[neighbour] = distance[name] + 1
                        following.append(neighbour)
            frontier = following
        return distance
