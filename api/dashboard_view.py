"""From the status to what the page shows: words, shares and marks, computed apart from the template."""

import math
from datetime import datetime, tzinfo
from typing import Literal

from pydantic import BaseModel, ConfigDict

from migrations.facts import DRIFT_MARKS
from migrations.status import (
    DeviceStatus,
    MunicipalityStatus,
    ProgrammeStatus,
    ServerStatus,
    VerdictCounts,
)

Tone = Literal["good", "bad", "busy", "idle"]

# What each lifecycle state is called on screen, and how it should be felt.
STATES: dict[str, tuple[str, Tone]] = {
    "NEW": ("Ikke begyndt", "idle"),
    "DISCOVERED": ("Fundet", "idle"),
    "BACKED_UP": ("Sikkerhedskopieret", "busy"),
    "ASSESSED": ("Vurderet", "busy"),
    "READY": ("Klar", "busy"),
    "SEEDING": ("Kopieres", "busy"),
    "SYNCED": ("Synkroniseret", "busy"),
    "APPROVED": ("Godkendt", "busy"),
    "CUTTING_OVER": ("Flyttes nu", "busy"),
    "VERIFYING": ("Efterprøves", "busy"),
    "HARDENING": ("Hærdes", "busy"),
    "HYPERCARE": ("Overtaget", "good"),
    "FINALISED": ("Afsluttet", "good"),
    "ROLLING_BACK": ("Rulles tilbage", "bad"),
    "ROLLED_BACK": ("Rullet tilbage", "bad"),
    "FAILED": ("Fejlet", "bad"),
}
MARKS = {"PASS": "✓", "FAIL": "✗", "ERROR": "!", "WAIVED": "○", "NOT_APPLICABLE": "·"}
ROLES = {"edge": "kant", "firewall": "firewall", "core": "kerne", "access": "adgang"}
_THOUSAND = 1000
_UNITS = ("kB", "MB", "GB", "TB")


class Model(BaseModel):
    """The common shape: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(Model):
    """One verdict in the matrix."""

    verdict: str
    mark: str
    text: str


class Figure(Model):
    """One figure at the top of the page."""

    label: str
    value: str
    note: str
    tone: Tone


class DeviceRow(Model):
    """One device in the table and the matrix."""

    name: str
    kind: str
    state: str
    tone: Tone
    since: str
    reason: str
    found: str
    found_share: int
    now: str
    now_share: int
    drift_lines: int | None
    cells: tuple[Cell, ...]


class ServerRow(Model):
    """One server in the table."""

    name: str
    application: str
    state: str
    tone: Tone
    since: str
    reason: str
    seeded: str
    deltas: str
    downtime: str
    checksum: str


class DriftRow(Model):
    """One drifted line."""

    device: str
    found_at: str
    section: str
    change: str
    text: str


class JournalRow(Model):
    """One journal entry."""

    sequence: int
    at: str
    actor: str
    action: str
    subject: str
    why: str


class DashboardView(Model):
    """Everything that the page shows."""

    title: str
    generated_at: str
    snapshot: str
    figures: tuple[Figure, ...]
    controls: tuple[str, ...]
    devices: tuple[DeviceRow, ...]
    servers: tuple[ServerRow, ...]
    drift: tuple[DriftRow, ...]
    journal: tuple[JournalRow, ...]
    journal_entries: int


def render_bytes(count: int) -> str:
    """Render a byte count with a decimal unit, as Danish readers write numbers."""
    if count < _THOUSAND:
        return f"{count} B"
    power = min(int(math.log10(count)) // 3, len(_UNITS))
    return f"{count / _THOUSAND**power:.1f} {_UNITS[power - 1]}".replace(".", ",")


def render_seconds(milliseconds: int | None) -> str:
    """Render a duration in seconds with one decimal, or a dash where it was not measured."""
    return "–" if milliseconds is None else f"{milliseconds / 1000:.1f} s".replace(".", ",")


def _time(at: datetime | None, zone: tzinfo) -> str:
    return "" if at is None else at.astimezone(zone).strftime("%d.%m.%Y %H:%M:%S")


def _share(counts: VerdictCounts) -> int:
    return round(100 * (counts.passed + counts.waived) / counts.judged) if counts.judged else 0


def _told(counts: VerdictCounts) -> str:
    return f"{counts.passed + counts.waived}/{counts.judged}" if counts.judged else "–"


def _device(device: DeviceStatus, controls: tuple[str, ...], zone: tzinfo) -> DeviceRow:
    by_control = {row.control: row for row in device.controls}
    cells = []
    for control in controls:
        row = by_control.get(control)
        if row is None:
            cells.append(Cell(verdict="NONE", mark="", text=f"{control}: ikke vurderet"))
        else:
            text = f"{control} {row.verdict}: {row.message}"
            cells.append(Cell(verdict=row.verdict, mark=MARKS[row.verdict], text=text))
    state, tone = STATES[device.state]
    return DeviceRow(
        name=device.name,
        kind=f"{ROLES.get(device.role, device.role)} · {device.platform}",
        state=state,
        tone=tone,
        since=_time(device.since, zone),
        reason=device.reason,
        found=_told(device.found),
        found_share=_share(device.found),
        now=_told(device.now),
        now_share=_share(device.now),
        drift_lines=None if device.drift is None else len(device.drift.lines),
        cells=tuple(cells),
    )


def _server(server: ServerStatus, zone: tzinfo) -> ServerRow:
    state, tone = STATES[server.state]
    figures = server.figures
    equal = figures.source_checksum and figures.source_checksum == figures.target_checksum
    return ServerRow(
        name=server.name,
        application=server.application,
        state=state,
        tone=tone,
        since=_time(server.since, zone),
        reason=server.reason,
        seeded=render_bytes(figures.bytes_seeded) if figures.bytes_seeded else "–",
        deltas=f"{render_bytes(figures.bytes_in_deltas)} i {figures.deltas}" if figures.deltas else "–",
        downtime=render_seconds(figures.downtime_milliseconds),
        checksum=figures.target_checksum[:12] if equal else "–",
    )


def _drift(municipality: MunicipalityStatus, zone: tzinfo) -> tuple[DriftRow, ...]:
    return tuple(
        DriftRow(
            device=device.name,
            found_at=_time(device.drift.found_at, zone),
            section=line.section,
            change=DRIFT_MARKS[line.change],
            text=line.text,
        )
        for device in municipality.devices
        if device.drift is not None
        for line in device.drift.lines
    )


def _figures(municipalities: tuple[MunicipalityStatus, ...], entries: int) -> tuple[Figure, ...]:
    devices = [device for municipality in municipalities for device in municipality.devices]
    servers = [server for municipality in municipalities for server in municipality.servers]
    hardened = sum(STATES[device.state][1] == "good" for device in devices)
    moved = sum(STATES[server.state][1] == "good" for server in servers)
    back = sum(server.state == "ROLLED_BACK" for server in servers)
    found = sum(device.found.passed + device.found.waived for device in devices)
    now = sum(device.now.passed + device.now.waived for device in devices)
    judged = sum(device.now.judged for device in devices)
    examined = [device.drift for device in devices if device.drift is not None]
    drifted = sum(bool(drift.lines) for drift in examined)
    return (
        Figure(
            label="Enheder hærdet",
            value=f"{hardened}/{len(devices)}",
            note="switche og firewalls",
            tone="good" if devices and hardened == len(devices) else "busy",
        ),
        Figure(
            label="Kontroller opfyldt",
            value=f"{now}/{judged}" if judged else "–",
            note=f"{found} da de blev fundet",
            tone="good" if judged and now == judged else "busy",
        ),
        Figure(
            label="Servere flyttet",
            value=f"{moved}/{len(servers)}",
            note=f"{back} rullet tilbage" if back else "ingen rullet tilbage",
            tone="bad" if back else "good" if servers and moved == len(servers) else "busy",
        ),
        Figure(
            label="Afvigelser",
            value=str(drifted) if examined else "–",
            note=f"af {len(examined)} undersøgte enheder" if examined else "ikke undersøgt endnu",
            tone="bad" if drifted else "good" if examined else "idle",
        ),
        Figure(label="Journal", value=str(entries), note="poster i kæden", tone="idle"),
    )


def build_view(status: ProgrammeStatus, *, zone: tzinfo) -> DashboardView:
    """Build what the page shows, with times in the reader's zone."""
    municipalities = status.municipalities
    devices = [device for municipality in municipalities for device in municipality.devices]
    controls = tuple(sorted({row.control for device in devices for row in device.controls}))
    return DashboardView(
        title=", ".join(municipality.title for municipality in municipalities),
        generated_at=_time(status.generated_at, zone),
        snapshot=status.snapshot,
        figures=_figures(municipalities, status.journal_entries),
        controls=controls,
        devices=tuple(_device(device, controls, zone) for device in devices),
        servers=tuple(
            _server(server, zone) for municipality in municipalities for server in municipality.servers
        ),
        drift=tuple(row for municipality in municipalities for row in _drift(municipality, zone)),
        journal=tuple(
            JournalRow(
                sequence=line.sequence,
                at=_time(line.at, zone),
                actor=line.actor,
                action=line.action,
                subject=line.subject,
                why=line.why,
            )
            for line in status.journal
        ),
        journal_entries=status.journal_entries,
    )
