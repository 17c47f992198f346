"""What an evidence pack holds: one municipality on one day."""

from datetime import date, datetime
from typing import Self

from pydantic import Field, model_validator

from compliance.errors import EvidenceIncomplete
from compliance.exceptions import ExceptionReview
from compliance.history import Mended
from compliance.models import Model, Verdict


class EvidenceLine(Model):
    """A line that decided, secrets masked; ``anchored``: the configuration of the pack shows it there."""

    number: int | None
    text: str
    anchored: bool


class EvidenceVerdict(Model):
    """What one control came to on one device, as it counts on the day of the pack."""

    device: str
    control: str
    verdict: Verdict
    recorded: Verdict
    message: str = Field(min_length=1)
    lines: tuple[EvidenceLine, ...]
    run: str
    seen_at: datetime | None
    since: datetime | None
    configuration: str | None = Field(description="SHA-256 of the masked configuration that it rests on")


class EvidenceConfiguration(Model):
    """A masked configuration of the pack."""

    sha256: str
    path: str
    text: str


class EvidenceDevice(Model):
    """One device with what stands behind it on the day of the pack."""

    name: str
    site: str
    role: str
    platform: str
    model: str
    software_version: str | None
    end_of_support: date | None
    configurations: tuple[EvidenceConfiguration, ...]
    approved_at: datetime | None
    approved_configuration: str | None
    backups: int
    newest_backup_at: datetime | None


class EvidenceApproval(Model):
    """A signature that let a plan through, with the text that was signed."""

    plan: str
    kind: str
    verb: str
    author: str
    devices: tuple[str, ...]
    planned_at: datetime
    purpose: str
    identity: str
    key_fingerprint: str
    signed_at: datetime
    message: str
    signature: str

    @property
    def path(self) -> str:
        """Return where its text lies; the signature lies beside it with ``.sig`` behind."""
        name = "".join(letter if letter.isalnum() else "-" for letter in self.identity)
        return f"godkendelser/{self.plan[:16]}-{self.purpose}-{name}.txt"


class EvidencePack(Model):
    """Everything that the pages and data files of a pack show; one verdict for every device and control."""

    municipality: str
    title: str
    centre: str
    day: date
    snapshot: str
    version: str
    journal_sequence: int
    journal_digest: str
    controls: tuple[str, ...]
    devices: tuple[EvidenceDevice, ...]
    verdicts: tuple[EvidenceVerdict, ...]
    review: ExceptionReview
    approvals: tuple[EvidenceApproval, ...]
    mended: tuple[Mended, ...]

    @model_validator(mode="after")
    def _holds_every_row_once(self) -> Self:
        wanted = [(device.name, control) for device in self.devices for control in self.controls]
        if [(one.device, one.control) for one in self.verdicts] != wanted:
            raise EvidenceIncomplete(
                f"evidence on {len(self.devices)} devices and {len(self.controls)} controls holds "
                f"{len(self.verdicts)} verdicts; each once, in their order, are {len(wanted)}"
            )
        return self
