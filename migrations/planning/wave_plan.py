"""The plan of a wave: which servers move, in which order, and how long each may take.

Dependencies go first: when a server arrives, what it depends on is in the centre or stays reachable. Among
those that could go next, the least critical goes first, so that a fault of the procedure meets it first.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from inventory.models import Criticality, MunicipalityInventory, Server
from migrations.errors import PlanInvalid
from stacks.landing_zone_args import machine_name

KIND = "wave"
_CRITICALITY: dict[Criticality, int] = {"low": 0, "medium": 1, "high": 2, "vital": 3}


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WaveServer(Model):
    """One server of a wave; ``target`` is the machine's name in the centre."""

    server: str
    target: str
    depends_on: tuple[str, ...]
    disk_mib: int = Field(ge=1)


class WavePlan(Model):
    """A wave of servers in the order in which they are cut over."""

    kind: Literal["wave"] = "wave"
    snapshot: str
    municipality: str
    centre: str
    servers: tuple[WaveServer, ...] = Field(min_length=1)
    sync_rounds: int = Field(ge=0, le=100)
    freeze_seconds: int = Field(ge=1, description="How long a source may take to shut down")
    service_check_seconds: int = Field(ge=1, description="How long a target may take to serve")
    return_seconds: int = Field(ge=1, description="How long a source may take to serve again after a return")


def plan_wave(  # the units are in the names
    part: MunicipalityInventory,
    selected: tuple[Server, ...],
    *,
    snapshot: str,
    sync_rounds: int,
    freeze_seconds: int,
    service_check_seconds: int,
    return_seconds: int,
) -> WavePlan:
    """Put the selected servers of a municipality in order.

    Raises:
        PlanInvalid: a server depends on another that neither is in the wave nor known at all, or has no
            service check.
    """
    chosen = {server.name: server for server in selected}
    known = {server.name for server in part.servers}
    for server in selected:
        missing = set(server.depends_on) - known
        if missing:
            raise PlanInvalid(f"{server.name} depends on {', '.join(sorted(missing))}, which nobody knows")
        if server.service_check is None:
            reason = "nothing would tell whether it serves after its move"
            raise PlanInvalid(f"{server.name} has no service_check: {reason}; add it in servers.yaml")
    weight = {application.name: _CRITICALITY[application.criticality] for application in part.applications}
    ordered: list[WaveServer] = []
    waiting = dict(chosen)
    while waiting:
        ready = [
            server for server in waiting.values() if not any(name in waiting for name in server.depends_on)
        ]
        if not ready:
            circle = ", ".join(sorted(waiting))
            raise PlanInvalid(f"{circle} depend on each other in a circle; mend the inventory")
        server = min(ready, key=lambda one: (weight[one.application], one.name))
        del waiting[server.name]
        ordered.append(
            WaveServer(
                server=server.name,
                target=machine_name(part.municipality.name, server.name),
                depends_on=tuple(name for name in server.depends_on if name in chosen),
                disk_mib=sum(disk.size_mib for disk in server.disks),
            ),
        )
    return WavePlan(
        snapshot=snapshot,
        municipality=part.municipality.name,
        centre=part.municipality.centre,
        servers=tuple(ordered),
        sync_rounds=sync_rounds,
        freeze_seconds=freeze_seconds,
        service_check_seconds=service_check_seconds,
        return_seconds=return_seconds,
    )
