"""Frozen models of the device side: who to talk to, what was collected, what a change is and how it ended."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

Platform = Literal["ios", "eos", "junos", "fortios", "aoscx", "panos", "nxos"]
JudgedPlatform = Platform | Literal["linux"]
"""What can be judged: everything that has a driver, and servers, of which a collection is read."""


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Credential(Model):
    """A login resolved at the last moment; it never reaches a snapshot, log, journal or error."""

    username: str = Field(min_length=1)
    password: SecretStr
    enable_secret: SecretStr | None = Field(
        default=None, description="What a login without privileges is raised with (IOS)"
    )


class DeviceTarget(Model):
    """Where and how one device is reached."""

    device: str = Field(min_length=1)
    platform: Platform
    address: str = Field(min_length=1)
    port: Annotated[int, Field(ge=1, le=65535)]
    credential: Credential
    ssh_port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None, description="Port of the command line beside the API's, where a platform needs both"
    )
    timeout_seconds: float = Field(default=30.0, gt=0)
    ca_file: str | None = Field(
        default=None, description="Certificate that the device's TLS is verified against"
    )
    host_key: str | None = Field(
        default=None, description="The SSH host key that it must show, such as ssh-ed25519 AAAA..."
    )


class ShowOutput(Model):
    """The raw answer to one show command."""

    command: str
    text: str


class Neighbour(Model):
    """A neighbour as LLDP tells it."""

    local_interface: str
    device: str
    remote_interface: str


class Collection(Model):
    """What one device said about itself at one moment; raw and unjudged."""

    device: str
    platform: Platform
    collected_at: datetime
    running: str = Field(min_length=1)
    startup: str
    shows: tuple[ShowOutput, ...] = ()
    refused: tuple[ShowOutput, ...] = Field(
        default=(), description="Commands that the device did not take, with why; nothing is known about them"
    )
    neighbours: tuple[Neighbour, ...] = ()

    @property
    def shown(self) -> dict[str, str]:
        """Return what the device answered, by command."""
        return {one.command: one.text for one in self.shows}


ChangeOutcome = Literal[
    "unchanged",  # the device already had every line; nothing was committed
    "confirmed",  # committed, checked on a fresh connection, confirmed, saved
    "reverted",  # committed, a check failed or the path was lost, and the device went back: verified
    "refused",  # nothing was committed: another diff than approved, a lock, a pending commit, a refusal
    "unknown",  # the end state could not be seen; a person must look
]


class PostCheckFailure(Model):
    """One reason why a committed change is not confirmed."""

    check: str
    message: str


class ChangeResult(Model):
    """How the safe change of one device truly ended."""

    device: str
    outcome: ChangeOutcome
    diff: str = ""
    message: str = Field(min_length=1)
    failures: tuple[PostCheckFailure, ...] = ()
    running_before: str = ""
    running_after: str = ""
    collection: Collection | None = Field(default=None, description="The last that was seen of the device")
    seconds: float = Field(ge=0)
