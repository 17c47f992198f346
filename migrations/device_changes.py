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
from migrations.runbook.runbook import Runbook, Step
from playbooks.errors import PlaybookError
from playbooks.service import ChangeToApply, HostResult, PlaybookResult, apply_changes

HARDEN = "harden"
_POLL_SECONDS = 1.0
_WAIT_SECONDS = 2.0
_LATE_SECONDS = 120.0
_BEEN_HERE = ("HARDENING", "VERIFYING", "HYPERCARE")
_GOOD: tuple[ChangeOutcome, ...] = ("confirmed", "unchanged")
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
        """Return the runbook of a roll-out: one step per batch.

        A batch that was interrupted runs again: what the device had confirmed is found unchanged, and what
        it had not was taken back by the device itself.
        """
        with self._programme.records.reading() as transaction:
            body = DeviceChangePlan.model_validate(transaction.plans.get(plan).body)
        steps = tuple(
            Step(f"batch {number}: {', '.join(batch)}", self._batch(body, batch))
            for number, batch in enumerate(body.batches, start=1)
        )
        return Runbook(HARDEN, subject, steps)

    def _batch(self, plan: DeviceChangePlan, batch: tuple[str, ...]) -> Callable[[], JsonValue]:
        def run() -> JsonValue:
            came_from = {device: self._begin(device, plan) for device in batch}
            interrupted = frozenset(name for name, state in came_from.items() if state == "HARDENING")
            resumed = frozenset(name for name, state in came_from.items() if state in _BEEN_HERE)
            try:
                result = self._apply_again(plan, self._apply(plan, batch), interrupted)
            except PlaybookError as error:
                raise StepFailed(f"{', '.join(batch)}: {error}") from error
            return self._record(plan, result, resumed)

        return run

    def _begin(self, device: str, plan: DeviceChangePlan) -> str:
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
        changes = tuple(
            ChangeToApply(
                device=name,
                lines=plan.change(name).lines,
                approved_diff=plan.change(name).diff,
                revert_after_seconds=plan.revert_after_seconds,
                poll_seconds=_POLL_SECONDS,
                controls_to_pass=plan.change(name).controls,
                context=context_for(name, part),
            )
            for name in batch
        )
        place = run_place(programme)
        done: list[str] = []

        def progress(host: HostResult) -> None:
            done.append(host.device)
            programme.report(f"changing {', '.join(batch)}", len(done), len(batch))

        programme.report(f"changing {', '.join(batch)}", 0, len(batch))
        try:
            return apply_changes(hosts_of(programme, batch), changes, place, progress=progress)
        finally:
            # It holds what devices answered, in full; what may be kept is in the evidence store.
            shutil.rmtree(place.folder, ignore_errors=True)

    def _record(self, plan: DeviceChangePlan, result: PlaybookResult, resumed: frozenset[str]) -> JsonValue:
        """Write how every device truly ended; a device that did not take the change stops the roll-out."""
        outcomes: dict[str, ChangeOutcome] = {}
        for host in result.hosts:
            outcomes[host.device] = "unknown" if host.change is None else host.change.outcome
            if host.device in resumed and self._holds_already(plan, host):
                outcomes[host.device] = "unchanged"
            self._record_device(plan, host, outcomes[host.device])
        self._record_collections(plan, result)
        bad = [host for host in result.hosts if outcomes[host.device] not in _GOOD]
        if bad:
            raise StepFailed("; ".join(f"{host.device}: {mask_secrets(host.message)}" for host in bad))
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

    def _record_device(self, plan: DeviceChangePlan, host: HostResult, outcome: ChangeOutcome) -> None:
        change, message = host.change, mask_secrets(host.message)
        with self._programme.records.writing() as transaction:
            transaction.journal.append(
                actor=self._programme.actor,
                action="end change",
                subject=host.device,
                why=message,
                before=None if change is None else self._evidence(change.running_before),
                after={"outcome": outcome, "running": self._evidence(_after(change))},
            )
            if change is not None and outcome in _GOOD and change.running_after:
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
        if self._lifecycle.state(host.device) == "HARDENING" and outcome in _GOOD:
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
        )
        record_collections(self._programme, CollectionRun(new_run(self._programme, "change"), judged))

    def _evidence(self, text: str) -> JsonValue:
        return self._programme.records.evidence.put(mask_secrets(text).encode()) if text else None


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
