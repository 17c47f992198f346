"""Where everything stands: one frozen picture for the command line, the service and the page."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from inventory.models import Device, MunicipalityInventory, Server
from inventory.snapshot import Snapshot
from migrations.facts import DRIFT, MOVE, DeviceDrift, MoveFigures
from records.models import AssetState, JournalEntry, VerdictRow
from records.service import Records, Transaction

JOURNAL_ENTRIES_SHOWN = 20


class Model(BaseModel):
    """The common shape: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VerdictCounts(Model):
    """How many controls gave which verdict."""

    passed: int = 0
    failed: int = 0
    error: int = 0
    waived: int = 0
    not_applicable: int = 0

    @property
    def judged(self) -> int:
        """Return how many controls apply and gave an answer or an error."""
        return self.passed + self.failed + self.error + self.waived


class ControlStatus(Model):
    """One verdict as the page shows it."""

    control: str
    verdict: str
    message: str
    lines: tuple[str, ...]


class DeviceStatus(Model):
    """Where one device stands."""

    name: str
    role: str
    platform: str
    site: str
    state: str
    since: datetime | None
    reason: str
    found: VerdictCounts = Field(description="The first verdict of each control: how it was taken over")
    now: VerdictCounts
    controls: tuple[ControlStatus, ...]
    drift: DeviceDrift | None


class ServerStatus(Model):
    """Where one server stands."""

    name: str
    application: str
    state: str
    since: datetime | None
    reason: str
    figures: MoveFigures


class MunicipalityStatus(Model):
    """Where one municipality stands."""

    name: str
    title: str
    centre: str
    devices: tuple[DeviceStatus, ...]
    servers: tuple[ServerStatus, ...]


class JournalLine(Model):
    """One journal entry as the page shows it."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    why: str


class ProgrammeStatus(Model):
    """Where a programme stands at one moment."""

    generated_at: datetime
    snapshot: str
    municipalities: tuple[MunicipalityStatus, ...]
    journal_entries: int
    journal: tuple[JournalLine, ...]


_FIELD_OF_VERDICT = {
    "PASS": "passed",
    "FAIL": "failed",
    "ERROR": "error",
    "WAIVED": "waived",
    "NOT_APPLICABLE": "not_applicable",
}


def count_verdicts(rows: Iterable[VerdictRow]) -> VerdictCounts:
    """Count verdicts by kind."""
    return VerdictCounts(**Counter(_FIELD_OF_VERDICT[row.verdict] for row in rows))


def build_status(snapshot: Snapshot, records: Records, *, now: datetime) -> ProgrammeStatus:
    """Build the picture from the snapshot and the records."""
    with records.reading() as transaction:
        states = {state.asset: state for state in transaction.assets.states()}
        found, latest = transaction.verdicts.first(), transaction.verdicts.latest()
        entries = transaction.journal.latest(JOURNAL_ENTRIES_SHOWN)
        return ProgrammeStatus(
            generated_at=now,
            snapshot=snapshot.digest,
            municipalities=tuple(
                MunicipalityStatus(
                    name=part.municipality.name,
                    title=part.municipality.title,
                    centre=part.municipality.centre,
                    devices=_devices(part, states, found, latest, transaction),
                    servers=tuple(
                        _server(server, states.get(server.name), transaction) for server in part.servers
                    ),
                )
                for part in snapshot.inventory.municipalities
            ),
            journal_entries=entries[0].sequence if entries else 0,
            journal=tuple(_line(entry) for entry in entries),
        )


def _devices(
    part: MunicipalityInventory,
    states: dict[str, AssetState],
    found: tuple[VerdictRow, ...],
    latest: tuple[VerdictRow, ...],
    transaction: Transaction,
) -> tuple[DeviceStatus, ...]:
    return tuple(
        _device(
            device,
            states.get(device.name),
            tuple(row for row in found if row.device == device.name),
            tuple(row for row in latest if row.device == device.name),
            transaction,
        )
        for device in part.devices
    )


def _device(
    device: Device,
    state: AssetState | None,
    found: tuple[VerdictRow, ...],
    latest: tuple[VerdictRow, ...],
    transaction: Transaction,
) -> DeviceStatus:
    drift = transaction.assets.fact(device.name, DRIFT)
    return DeviceStatus(
        name=device.name,
        role=device.role,
        platform=device.platform,
        site=device.site,
        state="NEW" if state is None else state.state,
        since=None if state is None else state.since,
        reason="" if state is None else state.reason,
        found=count_verdicts(found),
        now=count_verdicts(latest),
        controls=tuple(
            ControlStatus(control=row.control, verdict=row.verdict, message=row.message, lines=row.lines)
            for row in latest
        ),
        drift=None if drift is None else DeviceDrift.model_validate(drift),
    )


def _server(server: Server, state: AssetState | None, transaction: Transaction) -> ServerStatus:
    figures = transaction.assets.fact(server.name, MOVE)
    return ServerStatus(
        name=server.name,
        application=server.application,
        state="NEW" if state is None else state.state,
        since=None if state is None else state.since,
        reason="" if state is None else state.reason,
        figures=MoveFigures() if figures is None else MoveFigures.model_validate(figures),
    )


def _line(entry: JournalEntry) -> JournalLine:
    return JournalLine(
        sequence=entry.sequence,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        why=entry.why,
    )
