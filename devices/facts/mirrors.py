"""Mirror sessions (SPAN, monitor session, analyzer)."""

from dataclasses import dataclass

from devices.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorSource(Fact):
    """An interface that a mirror session copies, and in which directions."""

    interface: str
    receives: bool
    sends: bool
    shares_line: bool = False  # its line names other interfaces too


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorDestination(Fact):
    """A port that a mirror session copies to."""

    interface: str
    ingress: bool = False
    shares_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorSession(Fact):
    """A local mirror session (SPAN, monitor session, analyzer)."""

    name: str
    enabled: bool = True
    needs_ready_port: bool = False  # its destination must be made one by a line of the port
    sources: tuple[MirrorSource, ...] = ()
    destinations: tuple[MirrorDestination, ...] = ()
