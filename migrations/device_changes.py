"""Carry a device-change plan out batch by batch; each device is changed by the one safe sequence."""

import shutil
import time
from collections.abc import Callable

from pydantic import JsonValue

from compliance.models import Verdict
from compliance.service import context_for, evaluate_configuration
from devices.models import ChangeOutcome, ChangeResult
from devices.service import mask_secrets
from inventory.selection import SelectedDevice
from migrations.backups import keep_backup
from migrations.collection import (
    CollectionRun,
    hosts_of,
    judge,
    new_run,
    record_collections,
    run_place,
)
from migrations.errors import StepFailed
from migrations.lifecycle import DeviceState, Lifecycle
from migrations.planning.device_change_plan import DeviceChangePlan
from migrations.programme import Programme
from migrations.risk_permissions import permit, refused_host
from migrations.roll_out import (
    GOOD,
    ROLL_OUT,
    DeviceEnd,
    Progress,
    RollOutReport,
    report_of,
    stop_reason,
)
from migrations.runbook.runbook import Runbook, Step
from playbooks.errors import PlaybookError
from playbooks.service import ChangeToApply, HostResult, PlaybookResult, apply_changes
from records.service import Transaction

HARDEN = "harden"
_POLL_SECONDS = 1.0
_WAIT_SECONDS = 2.0
_LATE_SECONDS = 120.0
_BEEN_HERE = ("HARDENING", "VERIFYING", "HYPERCARE")
_STATE_AFTER: dict[ChangeOutcome, DeviceState] = {
    "confirmed": "HYPERCARE",
    "unchanged": "HYPERCARE",
    "reverted": "ROLLED_BACK",
    "refused": "FAILED",
    "unknown": "FAILED",
}


class DeviceChanges:
    """The factory that the durable engine asks for a roll-out, also after a restart."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._lifecycle = Lifecycle(programme.records, "device", programme.actor)

    def harden_book(self, subject: str, plan: str) -> Runbook:
        """Return the runbook of a roll-out: one step per batch between its beginning and its end.

        A batch that was interrupted runs again: what the device had confirmed is found unchanged, and what
        it had not was taken back by the device itself. A device that does not take the change makes no step
        fail; how many of them stop the roll-out is the plan's to say, and the last step tells of them.
        """
        with self._programme.records.reading() as transaction:
            body = DeviceChangePlan.model_validate(transaction.plans.get(plan).body)
        steps = tuple(
            Step(f"batch {number}: {', '.join(batch)}", self._batch(plan, body, number))
            for number, batch in enumerate(body.batches, start=1)
        )
        begin = Step("begin", lambda: self._begin_roll_out(plan, body))
        conclude = Step("conclude", lambda: self._conclude(plan, body))
        return Runbook(HARDEN, subject, (begin, *steps, conclude))

    def _begin_roll_out(self, digest: str, plan: DeviceChangePlan) -> JsonValue:
        with self._programme.records.writing() as transaction:
            transaction.assets.put_fact(digest, ROLL_OUT, Progress().model_dump(mode="json"))
            transaction.journal.append(
                actor=self._programme.actor,
                action="begin roll-out",
                subject=plan.municipality,
                why=plan.reason,
                after={
                    "plan": digest,
                    "batches": [list(batch) for batch in plan.batches],
                    "limits": plan.limits.model_dump(mode="json"),
                },
            )
        return None

    def _batch(self, digest: str, plan: DeviceChangePlan, number: int) -> Callable[[], JsonValue]:
        batch = plan.batches[number - 1]

        def run() -> JsonValue:
            if stop_reason(plan, self._before(digest, batch)):
                return dict.fromkeys(batch, "not touched")
            self._pause(plan, number)
            came_from = {device: self._begin(device, plan, digest) for device in batch}
            interrupted = frozenset(name for name, state in came_from.items() if state == "HARDENING")
            resumed = frozenset(name for name, state in came_from.items() if state in _BEEN_HERE)
            try:
                result = self._apply_again(plan, self._apply(plan, batch), interrupted)
            except PlaybookError as error:
                raise StepFailed(f"{', '.join(batch)}: {error}") from error
            return self._record(plan, digest, result, resumed)

        return run

    def _conclude(self, digest: str, plan: DeviceChangePlan) -> JsonValue:
        """Tell how the roll-out ended; one that did not reach every device is a failed one."""
        report = roll_out_report(self._programme, digest, plan)
        with self._programme.records.writing() as transaction:
            transaction.journal.append(
                actor=self._programme.actor,
                action="end roll-out",
                subject=plan.municipality,
                why=report.stopped,
                after={"plan": digest, "outcomes": {one.device: one.outcome for one in report.devices}},
            )
        if not report.is_complete:
            raise StepFailed(report.summary())
        return None

    def _before(self, digest: str, batch: tuple[str, ...]) -> Progress:
        """Return what was done before a batch; what a killed run did of the batch itself is done again."""
        progress = progress_of(self._programme, digest)
        return Progress(
            begun=tuple(name for name in progress.begun if name not in batch),
            ends={name: end for name, end in progress.ends.items() if name not in batch},
        )

    def _pause(self, plan: DeviceChangePlan, number: int) -> None:
        """Wait as long as a slow site asks for before more of its devices are changed."""
        seconds = plan.limits.pauses_seconds[number - 1] if plan.limits.pauses_seconds else 0
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._programme.report(f"pausing {left:.0f} s before batch {number}", 0, 0)
            time.sleep(min(left, _WAIT_SECONDS))

    def _begin(self, device: str, plan: DeviceChangePlan, digest: str) -> str:
        """Write what is about to happen before it happens; return where the device stood."""
        came_from = self._lifecycle.state(device)
        if self._lifecycle.state(device) == "VERIFYING":
            # It was killed between two lines after the device had taken the change.
            self._lifecycle.advance(device, "HYPERCARE", reason="the change before was taken")
        state = self._lifecycle.state(device)
        if state in {"HYPERCARE", "ROLLED_BACK", "FAILED"}:
            self._lifecycle.advance(device, "ASSESSED", reason="changed again")
        if self._lifecycle.state(device) == "ASSESSED":
            self._lifecycle.advance(device, "APPROVED", reason=plan.reason)
        if self._lifecycle.state(device) == "APPROVED":
            self._lifecycle.advance(device, "HARDENING", reason=plan.reason)
        change = plan.change(device)
        with self._programme.records.writing() as transaction:
            _put(transaction, digest, _progress(transaction, digest).with_begun(device))
            transaction.journal.append(
                actor=self._programme.actor,
                action="begin change",
                subject=device,
                why=plan.reason,
                after={"diff": mask_secrets(change.diff), "controls": list(change.controls)},
            )
        return came_from

    def _apply_again(
        self, plan: DeviceChangePlan, result: PlaybookResult, interrupted: frozenset[str]
    ) -> PlaybookResult:
        """Wait for devices on which the commit of a killed run still hangs; they take it back themselves."""
        deadline = time.monotonic() + plan.revert_after_seconds + _LATE_SECONDS
        while time.monotonic() < deadline:
            waiting = tuple(
                host.device
                for host in result.hosts
                if host.device in interrupted and _refused_before_its_diff(host)
            )
            if not waiting:
                break
            self._programme.report(
                f"waiting until {', '.join(waiting)} took the interrupted change back", 0, 0
            )
            time.sleep(_WAIT_SECONDS)
            again = {host.device: host for host in self._apply(plan, waiting).hosts}
            hosts = tuple(again.get(host.device, host) for host in result.hosts)
            result = result.model_copy(update={"hosts": hosts})
        return result

    def _apply(self, plan: DeviceChangePlan, batch: tuple[str, ...]) -> PlaybookResult:
        programme = self._programme
        part = programme.municipality(plan.municipality)
        permissions = permit(programme, plan, batch)
        refused = {name: refused_host(name, may) for name, may in permissions.items() if may.refusal}
        permitted = tuple(name for name in batch if name not in refused)
        changes = tuple(
            ChangeToApply(
                device=name,
                lines=plan.change(name).lines,
                approved_diff=plan.change(name).diff,
                revert_after_seconds=plan.revert_after_seconds,
                allowed_risks=permissions[name].risks,
                allowed_until=permissions[name].until,
                poll_seconds=_POLL_SECONDS,
                controls_to_pass=plan.change(name).controls,
                context=context_for(name, part),
            )
            for name in permitted
        )
        if not permitted:
            return PlaybookResult(
                verb=plan.verb, status="failed", hosts=tuple(refused[name] for name in batch), seconds=0.0
            )
        place = run_place(programme)
        done: list[str] = []

        def progress(host: HostResult) -> None:
            done.append(host.device)
            programme.report(f"changing {', '.join(batch)}", len(done), len(batch))

        programme.report(f"changing {', '.join(batch)}", 0, len(batch))
        try:
            result = apply_changes(
                hosts_of(programme, permitted), changes, place, verb=plan.verb, progress=progress
            )
        finally:
            # It holds what devices answered, in full; what may be kept is in the evidence store.
            shutil.rmtree(place.folder, ignore_errors=True)
        hosts = tuple(refused[name] if name in refused else result.host(name) for name in batch)
        status = "failed" if refused else result.status
        return result.model_copy(update={"hosts": hosts, "status": status})

    def _record(
        self, plan: DeviceChangePlan, digest: str, result: PlaybookResult, resumed: frozenset[str]
    ) -> JsonValue:
        """Write how every device truly ended, and return it."""
        outcomes: dict[str, ChangeOutcome] = {}
        for host in result.hosts:
            outcomes[host.device] = _outcome(host)
            if host.device in resumed and self._holds_already(plan, host):
                outcomes[host.device] = "unchanged"
            self._record_device(plan, digest, host, outcomes[host.device])
        self._record_collections(plan, result)
        return {device: str(outcome) for device, outcome in outcomes.items()}

    def _holds_already(self, plan: DeviceChangePlan, host: HostResult) -> bool:
        """Tell whether a device that refused took the change in an earlier run.

        Some platforms go on listing lines that they never show, such as those with default values. What is
        left of the diff is then a part of the approved one, and every control that the change is for passes.
        """
        change, planned = host.change, plan.change(host.device)
        if change is None or change.outcome != "refused" or change.collection is None or not change.diff:
            return False
        if not set(change.diff.splitlines()) < set(planned.diff.splitlines()):
            return False
        # Without a control nothing would show that the lines were ever taken.
        if not planned.controls:
            return False
        passed = {
            verdict.control
            for verdict in evaluate_configuration(
                host.device,
                change.collection.platform,
                change.collection.running,
                context_for(host.device, self._programme.municipality(plan.municipality)),
                today=self._programme.clock().date(),
            )
            if verdict.verdict is Verdict.PASS
        }
        return set(planned.controls) <= passed

    def _platform(self, plan: DeviceChangePlan, name: str) -> str:
        part = self._programme.municipality(plan.municipality)
        return next(device.platform for device in part.devices if device.name == name)

    def _record_device(
        self, plan: DeviceChangePlan, digest: str, host: HostResult, outcome: ChangeOutcome
    ) -> None:
        change, message = host.change, mask_secrets(host.message)
        with self._programme.records.writing() as transaction:
            said = message if change is None else mask_secrets(change.message)
            end = DeviceEnd(outcome=outcome, message=said)
            _put(transaction, digest, _progress(transaction, digest).with_end(host.device, end))
            transaction.journal.append(
                actor=self._programme.actor,
                action="end change",
                subject=host.device,
                why=message,
                before=None if change is None else self._evidence(change.running_before),
                after={"outcome": outcome, "running": self._evidence(_after(change))},
            )
            if change is not None and outcome in GOOD and change.running_after:
                platform = self._platform(plan, host.device)
                backup = keep_backup(
                    self._programme,
                    transaction,
                    device=host.device,
                    platform=platform,
                    running=change.running_after,
                    reason=message,
                )
                transaction.configurations.add(
                    host.device,
                    platform,
                    backup=backup.number,
                    evidence=self._programme.records.evidence.put(
                        mask_secrets(change.running_after).encode(),
                    ),
                    approved=True,
                    reason=message,
                )
        if self._lifecycle.state(host.device) == "HARDENING" and outcome in GOOD:
            self._lifecycle.advance(host.device, "VERIFYING", reason=message)
        self._lifecycle.advance(host.device, _STATE_AFTER[outcome], reason=message)

    def _record_collections(self, plan: DeviceChangePlan, result: PlaybookResult) -> None:
        part = self._programme.municipality(plan.municipality)
        devices = {device.name: device for device in part.devices}
        judged = tuple(
            judge(
                self._programme,
                SelectedDevice(
                    municipality=plan.municipality,
                    centre=part.municipality.centre,
                    device=devices[host.device],
                ),
                None if host.change is None else host.change.collection,
                mask_secrets(host.message),
            )
            for host in result.hosts
            # Nobody asked a device that was refused beforehand; what is known of it stays.
            if host.state != "not-started"
        )
        if not judged:
            return
        record_collections(self._programme, CollectionRun(new_run(self._programme, "change"), judged))

    def _evidence(self, text: str) -> JsonValue:
        return self._programme.records.evidence.put(mask_secrets(text).encode()) if text else None


def progress_of(programme: Programme, digest: str) -> Progress:
    """Return what the latest roll-out of a plan has done."""
    with programme.records.reading() as transaction:
        return _progress(transaction, digest)


def roll_out_report(
    programme: Programme, digest: str, plan: DeviceChangePlan, *, ended: str = ""
) -> RollOutReport:
    """Return how every device of a plan ended in its latest roll-out, and which were not touched and why.

    Args:
        programme: whose records tell it.
        digest: of the plan.
        plan: its body.
        ended: why the run ended before its last batch, where no device is the reason.

    """
    return report_of(plan, progress_of(programme, digest), ended=ended)


def _progress(transaction: Transaction, digest: str) -> Progress:
    fact = transaction.assets.fact(digest, ROLL_OUT)
    return Progress() if fact is None else Progress.model_validate(fact)


def _put(transaction: Transaction, digest: str, progress: Progress) -> None:
    transaction.assets.put_fact(digest, ROLL_OUT, progress.model_dump(mode="json"))


def _outcome(host: HostResult) -> ChangeOutcome:
    """Return how a device ended; one that was not seen as it should be afterwards is not known to be good."""
    if host.change is None or (host.state != "ok" and host.change.outcome in GOOD):
        return "unknown"
    return host.change.outcome


def _refused_before_its_diff(host: HostResult) -> bool:
    """Tell whether a device was reached and did not even say what the change would do."""
    change = host.change
    return (
        change is not None
        and change.outcome == "refused"
        and change.collection is not None
        and not change.diff
    )


def _after(change: ChangeResult | None) -> str:
    return "" if change is None else change.running_after
