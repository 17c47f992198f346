"""Frozen models of the lab: what it is asked to run and what its twins truly hold."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Platform = Literal["ios", "eos", "junos", "aoscx", "fortios", "nxos", "panos"]

FaultName = Literal[
    "refuse-login",  # every password is refused
    "drop-after-commit",  # the connection dies right after a commit was accepted, before its answer
    "error-line",  # the next configuration line that matches `argument` is answered with the platform's error
    "delay",  # every answer waits `seconds`
    "flash-full",  # files are refused as the platform refuses them when its storage is full
    "reboot",  # the device goes away at once and is back after `seconds` of its clock with what was saved
    "slow-echo",  # a terminal echoes every letter of a line `seconds` late
    "other-user-change",  # another user enters `lines` right before the next request that matches `argument`
    "other-user-pending",  # the same, and it goes back after `seconds` of the device's clock
]


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NeighbourSpec(Model):
    """What the twin tells over LLDP about one of its interfaces."""

    local_interface: str
    device: str
    remote_interface: str
    management_address: str = Field(
        default="", description="Where it says it is managed; of a twin in the same lab file by itself"
    )
    capabilities: str = Field(default="B,R", description="What it says it is, by the letters of LLDP")
    system_description: str = Field(default="", description="What it says of its hardware and software")


class LatencyProfile(Model):
    """How long and how thin the line to a device is; the same seed gives the same jitter."""

    round_trip_ms: float = Field(ge=0)
    jitter_ms: float = Field(default=0.0, ge=0, description="How much longer each way takes at the most")
    seed: int = 0
    kilobits_per_second: int | None = Field(default=None, gt=0, description="None is as fast as this machine")


class TwinSpec(Model):
    """One device twin: platform, starting configuration, and the interface that carries management."""

    name: str
    platform: Platform
    model: str
    configuration: str = Field(description="Path of the starting configuration, relative to the lab file")
    management_interface: str
    management_address: str = Field(
        default="", description="The address that discovery knows it by; the endpoints say which port that is"
    )
    neighbours: tuple[NeighbourSpec, ...] = ()
    port: int = Field(default=0, ge=0, le=65535, description="0 lets the system choose")
    clock_factor: float = Field(default=1.0, gt=0, description="How many times faster its timers run")
    latency: LatencyProfile | None = Field(default=None, description="The line to it; none is this machine's")


class Fault(Model):
    """A fault of a twin; ``times`` counts down to 0 and the fault is gone (None: until cleared)."""

    name: FaultName
    argument: str = ""
    seconds: float = Field(default=0.0, ge=0)
    times: int | None = Field(default=1, ge=1)
    lines: tuple[str, ...] = ()


class PendingCommit(Model):
    """An unconfirmed commit whose timer runs on the device."""

    user: str
    seconds_left: float


class TwinSummary(Model):
    """How a twin is, without its configurations."""

    name: str
    platform: Platform
    pending: PendingCommit | None
    commits: int = Field(ge=0, description="How many times the running configuration was changed")
    reverts: int = Field(ge=0, description="How many times a timer took the configuration back")
    management_reachable: bool
    sessions: int = Field(ge=0)
    faults: tuple[Fault, ...]


class TwinState(TwinSummary):
    """The true state of a twin, as its second door tells it."""

    running: str
    startup: str
