"""Frozen models of stacks: what is wanted, what a preview would do, what a run did."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from hypervisors.models import MachineSpec, NetworkSpec

StackOperation = Literal["create", "update", "replace", "delete"]


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class StackSettings(Model):
    """Where this process finds its tools and keeps its stacks; made once, by the composition."""

    folder: Path
    pulumi: Path
    pulumi_version: str = Field(pattern=r"^3\.\d+\.\d+$")
    provider_folder: Path
    passphrase_file: Path


class LandingZoneArgs(Model):
    """The networks and machines of one municipality in its centre; names are final names on the platform."""

    municipality: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
    uri: str = Field(min_length=1)
    storage_folder: str = Field(min_length=1)
    snapshot_digest: str = Field(min_length=1)
    networks: tuple[NetworkSpec, ...] = Field(min_length=1)
    machines: tuple[MachineSpec, ...] = ()
    protect_machines: bool = True


class PropertyChange(Model):
    """A property before and after, as JSON text; None where it is absent."""

    key: str
    before: str | None
    after: str | None


class ResourceChange(Model):
    """What happens to one resource."""

    operation: StackOperation
    kind: str
    name: str
    urn: str
    properties: tuple[PropertyChange, ...]


class StackPreview(Model):
    """What an apply would do. The digest stands for all of it; it is what people approve."""

    stack: str
    snapshot_digest: str
    changes: tuple[ResourceChange, ...]
    unchanged: int = Field(ge=0)
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")

    def of(self, operation: StackOperation) -> tuple[ResourceChange, ...]:
        """Return the changes of one operation."""
        return tuple(change for change in self.changes if change.operation == operation)


class StackProgress(Model):
    """A sign of life of a run: what happens to which resource."""

    event: Literal["started", "done", "failed"]
    operation: StackOperation
    kind: str
    name: str


class StackMachine(Model):
    """A target machine as the stack made it."""

    name: str
    disk_paths: dict[str, str]


class StackOutputs(Model):
    """What a stack tells to those who build on it."""

    snapshot_digest: str
    uri: str
    networks: dict[str, str]
    machines: dict[str, StackMachine]


class StackResult(Model):
    """What a run did, counted by operation."""

    stack: str
    created: int = Field(ge=0)
    updated: int = Field(ge=0)
    replaced: int = Field(ge=0)
    deleted: int = Field(ge=0)
    unchanged: int = Field(ge=0)
    seconds: float = Field(ge=0)


class Recovery(Model):
    """What was put right after a run that was killed; empty where there was nothing."""

    lock_of_dead_process: int | None = None
    adopted: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
