"""Frozen models of a playbook run: what is asked of each device, and what came back."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from compliance.context import DeviceContext
from devices.models import ChangeResult, Collection, Platform
from devices.service import Risk
from inventory.models import CredentialReference

ChangeVerb = Literal["harden", "mirror", "rehome"]
Verb = Literal["collect", "backup", "check", "harden", "mirror", "rehome"]


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PlaybookHost(Model):
    """A device as a playbook reaches it; its credential is a reference and stays one in every file."""

    name: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
    platform: Platform
    address: str = Field(min_length=1)
    port: Annotated[int, Field(ge=1, le=65535)]
    credential: CredentialReference
    vault_password_from: str | None = Field(
        default=None, description="The reference to the password of vault files"
    )
    ssh_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    ca_file: str | None = None
    host_key: str | None = None
    timeout_seconds: float = Field(default=30.0, gt=0)


class LinesToPreview(Model):
    """Lines whose effect the device itself shall compute."""

    device: str
    lines: str = Field(min_length=1)


class ChangeToApply(Model):
    """An approved change of one device, and what must hold before it is confirmed."""

    device: str
    lines: str = Field(min_length=1)
    approved_diff: str
    revert_after_seconds: int = Field(ge=60)
    allowed_risks: frozenset[Risk] = Field(
        default=frozenset(), description="What the change may cost, by name; each by an approved override"
    )
    allowed_until: AwareDatetime | None = Field(
        default=None, description="When what allows its risks ends; it must be over by then"
    )
    margin_seconds: float = Field(default=120.0, ge=0)
    poll_seconds: float = Field(default=5.0, gt=0)
    controls_to_pass: tuple[str, ...] = Field(
        default=(), description="Controls that must pass on the fresh collection"
    )
    context: DeviceContext = Field(
        default=DeviceContext(), description="The site values that those controls are judged with"
    )


class HostRequest(Model):
    """Everything that a plugin needs for one device; written to a file that only this user can read."""

    verb: Verb
    host: PlaybookHost
    lines: str = ""
    change: ChangeToApply | None = None
    working_folder: Path = Field(description="What relative paths of credentials start from")
    lock_folder: Path
    result_path: Path
    runner_pid_path: Path = Field(
        description="Names the process around Ansible; credentials may refer to its environment"
    )


class HostPayload(Model):
    """What a plugin found or did, as it wrote it to its result file."""

    device: str
    verb: Verb
    failed: bool
    changed: bool
    message: str
    collection: Collection | None = None
    diff: str | None = None
    change: ChangeResult | None = None


class HostEvent(Model):
    """A host's result event as ansible-runner passed it on."""

    host: str
    step: Literal["act", "verify"] = "act"
    event: Literal["ok", "failed", "unreachable", "skipped"]
    changed: bool
    message: str
    payload_sha256: str | None = None


HostState = Literal[
    "ok",
    "failed",  # the device, or what it answered, was not as it had to be
    "lost",  # no result that can be believed came back: look at the device
    "not-started",  # an earlier batch failed
]


class HostResult(Model):
    """What a playbook run did on one device."""

    device: str
    state: HostState
    changed: bool = False
    message: str = Field(min_length=1)
    collection: Collection | None = None
    diff: str | None = None
    change: ChangeResult | None = None


class PlaybookResult(Model):
    """A whole run; ``hosts`` has one result for each device that was asked for, in that order."""

    verb: Verb
    status: Literal["successful", "failed"]
    hosts: tuple[HostResult, ...] = Field(min_length=1)
    seconds: float = Field(ge=0)

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the devices that were changed."""
        return tuple(host.device for host in self.hosts if host.changed)

    def host(self, device: str) -> HostResult:
        """Return the result of one device."""
        return next(host for host in self.hosts if host.device == device)
