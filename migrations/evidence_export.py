"""Gather what a municipality's evidence holds on a day from the records, and write it as a signed folder."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from compliance.evidence.models import (
    EvidenceApproval,
    EvidenceConfiguration,
    EvidenceDevice,
    EvidenceLine,
    EvidencePack,
    EvidenceVerdict,
)
from compliance.evidence.service import manifest_of, render_files, write_pack
from compliance.exceptions import review_exceptions, verdict_on
from compliance.history import Mended, Turn, by_cell, mended, standing_since
from compliance.models import Verdict
from compliance.service import judged_controls
from devices.service import mask_secrets
from inventory.local_time import end_of_local_day, local_date
from inventory.models import Device, MunicipalityInventory
from migrations.errors import NothingToDo
from migrations.programme import Programme
from records.approvals import render_message, sign_message, verify_message
from records.models import Approval, Plan, VerdictRow
from records.service import Transaction

_NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class ExportedEvidence:
    """What was written, and who signed it."""

    folder: Path
    files: int
    identity: str
    manifest_digest: str
    pack: EvidencePack


def export_evidence(
    programme: Programme, municipality: str, *, day: date, key_file: Path, folder: Path
) -> ExportedEvidence:
    """Write the evidence of a municipality as it stood at the end of a day in Denmark, signed.

    The same records and inventory give the same bytes for the same day, whenever it is done; the signature
    alone may differ.

    Raises:
        NothingToDo: there is no such municipality, the day has not begun, or nothing was collected by then.
        ApprovalRefused: the key cannot sign, or is not listed among those who may.
        EvidenceNotWritten: the folder is there already, or cannot be written.
        RecordsError: a configuration cannot be read; nothing is written.
    """
    pack = gather_evidence(programme, municipality, day=day)
    files = render_files(pack)
    manifest = manifest_of(
        files, municipality=municipality, day=day, snapshot=pack.snapshot, version=pack.version
    )
    text = manifest.render()
    signature = sign_message(text, key_file=key_file)
    # A pack that nobody could verify is not written.
    identity, _ = verify_message(
        text, signature=signature, allowed_signers=programme.allowed_signers, what="this evidence"
    )
    digest = sha256(text).hexdigest()
    write_pack(folder, files, manifest, signature)
    with programme.records.writing() as transaction:
        transaction.journal.append(
            actor=programme.actor,
            action="export evidence",
            subject=municipality,
            why=f"as of {day}",
            after={"manifest": digest, "signed by": identity},
        )
    return ExportedEvidence(folder, len(files), identity, digest, pack)


def gather_evidence(programme: Programme, municipality: str, *, day: date) -> EvidencePack:
    """Return what the records hold of a municipality at the end of a day in Denmark.

    Raises:
        NothingToDo: there is no such municipality, the day has not begun, or nothing was collected by then.
        RecordsError: a configuration cannot be read.
    """
    part = programme.municipality(municipality)
    if day > local_date(programme.clock()):
        raise NothingToDo(f"{day} has not begun; name a day until today")
    with programme.records.reading() as transaction:
        return _Gathering(programme, transaction, part, day).pack()


class _Gathering:
    """One transaction's view of a municipality before a moment."""

    def __init__(
        self, programme: Programme, transaction: Transaction, part: MunicipalityInventory, day: date
    ) -> None:
        self._programme = programme
        self._transaction = transaction
        self._part = part
        self._day = day
        self._before = end_of_local_day(day)
        self._names = tuple(sorted(device.name for device in part.devices))
        self._texts: dict[str, str] = {}
        rows = transaction.verdicts.latest(devices=self._names, before=self._before)
        if not rows:
            title = part.municipality.title
            raise NothingToDo(f"nothing was collected from {title} by the end of {day}; collect first")
        self._rows = {(row.device, row.control): row for row in rows}
        judged = tuple(control.id for control in judged_controls())
        self._controls = tuple(sorted({*judged, *(row.control for row in rows)}))
        turns = transaction.verdicts.changes(devices=self._names, before=self._before)
        self._turns = by_cell(
            Turn(device=one.device, control=one.control, verdict=Verdict(one.verdict), at=one.at)
            for one in turns
        )

    def pack(self) -> EvidencePack:
        known = {cell: Verdict(row.verdict) for cell, row in self._rows.items()}
        approvals = self._approvals()
        sequence, digest = self._journal(approvals)
        town = self._part.municipality
        return EvidencePack(
            municipality=town.name,
            title=town.title,
            centre=town.centre,
            day=self._day,
            snapshot=self._programme.snapshot.digest,
            version=version("samdrift"),
            journal_sequence=sequence,
            journal_digest=digest,
            controls=self._controls,
            verdicts=tuple(
                self._verdict(name, control) for name in self._names for control in self._controls
            ),
            devices=tuple(self._device(one) for one in sorted(self._part.devices, key=lambda one: one.name)),
            review=review_exceptions(self._part.exceptions, self._names, known, today=self._day),
            approvals=approvals,
            mended=self._mended(),
        )

    def _mended(self) -> tuple[Mended, ...]:
        found = [one for turns in self._turns.values() for one in mended(turns)]
        return tuple(sorted(found, key=lambda one: (one.mended_at, one.device, one.control)))

    def _verdict(self, device: str, control: str) -> EvidenceVerdict:
        row = self._rows.get((device, control))
        if row is None:
            message = f"it was not collected and judged by the end of {self._day}"
            return EvidenceVerdict(
                device=device,
                control=control,
                verdict=Verdict.ERROR,
                recorded=Verdict.ERROR,
                message=message,
                lines=(),
                run="",
                seen_at=None,
                since=None,
                configuration=None,
            )
        recorded = Verdict(row.verdict)
        counts = verdict_on(
            recorded, device=device, control=control, exceptions=self._part.exceptions, today=self._day
        )
        lapsed = "" if counts is recorded else f"no exception holds on {self._day}: "
        return EvidenceVerdict(
            device=device,
            control=control,
            verdict=counts,
            recorded=recorded,
            message=lapsed + mask_secrets(row.message),
            lines=tuple(self._line(row, text) for text in row.lines),
            run=row.run,
            seen_at=row.at,
            since=standing_since(self._turns[device, control]),
            configuration=row.evidence,
        )

    def _line(self, row: VerdictRow, recorded: str) -> EvidenceLine:
        number, _, text = recorded.partition(": ")
        if not number.isdigit():
            return EvidenceLine(number=None, text=mask_secrets(recorded), anchored=False)
        shown = self._text(row.evidence).splitlines() if row.evidence else []
        at = int(number)
        anchored = 0 < at <= len(shown) and shown[at - 1].strip() == text.strip()
        return EvidenceLine(number=at, text=mask_secrets(text), anchored=anchored)

    def _text(self, digest: str) -> str:
        """Return a masked configuration of the evidence store, read once."""
        if digest not in self._texts:
            self._texts[digest] = self._programme.records.evidence.get(digest).decode()
        return self._texts[digest]

    def _device(self, device: Device) -> EvidenceDevice:
        digests = {
            row.evidence
            for (name, _), row in self._rows.items()
            if name == device.name and row.evidence is not None
        }
        approved = self._transaction.configurations.newest(device.name, approved=True, before=self._before)
        backups = [one for one in self._transaction.backups.of_device(device.name) if one.at < self._before]
        return EvidenceDevice(
            name=device.name,
            site=device.site,
            role=device.role,
            platform=device.platform,
            model=device.model,
            software_version=device.software_version,
            end_of_support=device.end_of_support,
            configurations=tuple(
                EvidenceConfiguration(
                    sha256=digest,
                    path=f"konfigurationer/{device.name}-{digest[:12]}.txt",
                    text=self._text(digest),
                )
                for digest in sorted(digests)
            ),
            approved_at=None if approved is None else approved.at,
            approved_configuration=None if approved is None else approved.evidence,
            backups=len(backups),
            newest_backup_at=backups[-1].at if backups else None,
        )

    def _approvals(self) -> tuple[EvidenceApproval, ...]:
        found = [
            self._approval(plan, devices, verb, approval)
            for plan in self._transaction.plans.list()
            if plan.created_at < self._before
            for devices, verb in [_plan_of(plan, self._part.municipality.name)]
            if verb
            for approval in self._transaction.approvals.of_plan(plan.digest)
            if approval.signed_at < self._before
        ]
        return tuple(sorted(found, key=lambda one: (one.signed_at, one.plan, one.identity)))

    def _approval(
        self, plan: Plan, devices: tuple[str, ...], verb: str, approval: Approval
    ) -> EvidenceApproval:
        return EvidenceApproval(
            plan=plan.digest,
            kind=plan.kind,
            verb=verb,
            author=plan.author,
            devices=devices,
            planned_at=plan.created_at,
            purpose=approval.purpose,
            identity=approval.identity,
            key_fingerprint=approval.key_fingerprint,
            signed_at=approval.signed_at,
            message=render_message(plan.digest, approval.purpose).decode(),
            signature=approval.signature,
        )

    def _journal(self, approvals: tuple[EvidenceApproval, ...]) -> tuple[int, str]:
        """Return the newest entry about these devices and plans: it fixes the chain up to there."""
        subjects = {*self._names, *(f"plan {one.plan}" for one in approvals)}
        newest = (0, _NO_DIGEST)
        for entry in self._transaction.journal.entries():
            if entry.subject in subjects and entry.at < self._before:
                newest = (entry.sequence, entry.digest)
        return newest


def _plan_of(plan: Plan, municipality: str) -> tuple[tuple[str, ...], str]:
    """Return the devices and the verb of a plan for this municipality; of another one, nothing."""
    body = plan.body
    if not isinstance(body, dict) or body.get("municipality") != municipality:
        return (), ""
    changes = body.get("changes")
    devices = (
        [one.get("device") for one in changes if isinstance(one, dict)] if isinstance(changes, list) else []
    )
    return tuple(sorted(str(name) for name in devices)), str(body.get("verb") or plan.kind)
