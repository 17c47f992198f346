"""The rules of a server's packet filter."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

from devices.facts.base import Fact

Family = Literal["ip", "ip6", "inet"]
Verdict = Literal["accept", "drop", "continue", "jump", "goto", "return"]
Networks = tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRule(Fact):
    """A rule of a chain: what a new TCP connection must be for it to match, and what happens then.

    A condition is None where the rule does not have it; ``beyond`` are sources that it leaves out. ``others``
    are conditions that are not read here: such a rule may match or not. ``never`` is a rule that no new TCP
    connection from outside can match.
    """

    verdict: Verdict
    chain: str | None = None
    sources: Networks | None = None
    beyond: Networks | None = None
    ports: tuple[tuple[int, int], ...] | None = None
    others: bool = False
    never: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChain(Fact):
    """A chain; its lines are its heading. ``policy`` is None where it hangs on no hook."""

    family: Family
    table: str
    name: str
    policy: Literal["accept", "drop"] | None
    rules: tuple[FilterRule, ...]

    @property
    def on_input(self) -> bool:
        """Return whether the kernel asks it about what comes in."""
        return self.policy is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset(Fact):
    """All chains for IP, by family, table and name; its lines are the heading of the ruleset."""

    chains: Mapping[tuple[Family, str, str], FilterChain]
    present: bool = True
