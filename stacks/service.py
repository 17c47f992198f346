"""The door of this room: preview, apply and destroy the landing zone of a municipality."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hypervisors.errors import HypervisorError
from hypervisors.hypervisor import Hypervisor
from hypervisors.service import connect
from stacks.automation import PulumiStack
from stacks.errors import (
    HypervisorChangedError,
    LeftoverError,
    PreviewChangedError,
    ProtectedError,
    StackFailedError,
    StackMissingError,
)
from stacks.landing_zone import landing_zone_program
from stacks.landing_zone_args import require_consistent, stack_owner
from stacks.models import (
    LandingZoneArgs,
    Recovery,
    StackOutputs,
    StackPreview,
    StackResult,
    StackSettings,
)
from stacks.recovery import recover
from stacks.step_events import OnProgress, StepEvents, preview_of
from stacks.tokens import PACKAGE

_PLACE = "{} (disks in {})"


class LandingZones:
    """The landing zones whose state is in one working folder; one stack for each municipality.

    Every method first puts right what a killed run left behind, and may be repeated after a kill.
    """

    def __init__(
        self,
        settings: StackSettings,
        *,
        lock_wait_seconds: float = 60,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._lock_wait_seconds = lock_wait_seconds
        self._monotonic = monotonic

    def preview(self, args: LandingZoneArgs, *, on_progress: OnProgress | None = None) -> StackPreview:
        """Find out what an apply would do now; nothing on the platform is changed.

        Raises:
            StackError: it is not possible; the message says why.

        """
        stack = self._ready(args)
        with tempfile.TemporaryDirectory(prefix="plan-", dir=self._settings.folder) as folder:
            return self._previewed(stack, args, Path(folder) / "plan.json", on_progress)

    def apply(
        self, args: LandingZoneArgs, *, approved_digest: str, on_progress: OnProgress | None = None
    ) -> StackResult:
        """Build the landing zone exactly as the approved preview says.

        Args:
            args: What is wanted, the same as for the preview.
            approved_digest: The digest of the preview that was approved.
            on_progress: Told about each resource as it is changed.

        Raises:
            PreviewChangedError: what would be done now is not what was approved; nothing was changed.
            StackError: it is not possible; the message says why.

        """
        started = self._monotonic()
        stack = self._ready(args)
        with tempfile.TemporaryDirectory(prefix="plan-", dir=self._settings.folder) as folder:
            plan = Path(folder) / "plan.json"
            found = self._previewed(stack, args, plan, None)
            if found.digest != approved_digest:
                raise PreviewChangedError(stack.name, approved=approved_digest, found=found.digest)
            events = StepEvents(on_progress)
            stack.up(partial(landing_zone_program, args), events, plan=plan)
        return self._result(stack.name, events, started)

    def destroy(
        self, municipality: str, *, release_protection: bool, on_progress: OnProgress | None = None
    ) -> StackResult:
        """Delete everything of a landing zone, and its state.

        Args:
            municipality: Whose.
            release_protection: Whether protected machines are deleted too; False refuses where there are any.
            on_progress: Told about each resource as it is deleted.

        Raises:
            StackMissingError: there is no such stack.
            ProtectedError: a machine is protected; nothing was changed.
            LeftoverError: the platform still has objects of this stack that the state did not know.
            StackError: it is not possible; the message says why.

        """
        started = self._monotonic()
        stack = self._existing(municipality)
        self._recover(stack)
        place = _built_on(stack)
        protected = _protected(stack)
        if protected and not release_protection:
            raise ProtectedError(municipality, protected)
        if protected:
            stack.release_protection()
        events = StepEvents(on_progress)
        stack.destroy(events)
        if place is not None:
            _refuse_leftovers(municipality, *place)
        return self._result(municipality, events, started)

    def outputs(self, municipality: str) -> StackOutputs:
        """Return what the landing zone tells to those who build on it.

        Raises:
            StackMissingError: it has not been applied yet.

        """
        outputs = self._existing(municipality).outputs()
        if not outputs:
            raise StackMissingError(municipality)
        return StackOutputs.model_validate(outputs)

    def recover(self, municipality: str) -> Recovery:
        """Put right what a killed run left behind, and say what it was.

        Raises:
            StackLockedError: another run holds the stack and does not end.

        """
        return self._recover(PulumiStack(self._settings, municipality))

    def forget(self, municipality: str) -> None:
        """Drop the state of a stack whose platform is gone for good; nothing is asked or deleted there.

        Raises:
            StackMissingError: there is no such stack.

        """
        stack = self._existing(municipality)
        self._recover(stack)
        stack.forget()

    def _recover(self, stack: PulumiStack) -> Recovery:
        return recover(stack, wait_seconds=self._lock_wait_seconds)

    def _existing(self, municipality: str) -> PulumiStack:
        stack = PulumiStack(self._settings, municipality)
        if not stack.exists():
            raise StackMissingError(municipality)
        return stack

    def _ready(self, args: LandingZoneArgs) -> PulumiStack:
        require_consistent(args)
        stack = PulumiStack(self._settings, args.municipality)
        self._recover(stack)
        stack.create()
        place = _built_on(stack)
        if place is not None and place != (args.uri, args.storage_folder):
            built_on, wanted = (
                " with disks in ".join(place),
                f"{args.uri} with disks in {args.storage_folder}",
            )
            raise HypervisorChangedError(stack.name, built_on=built_on, wanted=wanted)
        stack.configure(args.uri, args.storage_folder)
        return stack

    @staticmethod
    def _previewed(
        stack: PulumiStack, args: LandingZoneArgs, plan: Path, on_progress: OnProgress | None
    ) -> StackPreview:
        events = StepEvents(on_progress)
        stack.preview(partial(landing_zone_program, args), events, plan=plan)
        return preview_of(args, events)

    def _result(self, name: str, events: StepEvents, started: float) -> StackResult:
        operations = [change.operation for change in events.changes]
        return StackResult(
            stack=name,
            created=operations.count("create"),
            updated=operations.count("update"),
            replaced=operations.count("replace"),
            deleted=operations.count("delete"),
            unchanged=events.unchanged,
            seconds=self._monotonic() - started,
        )


def _built_on(stack: PulumiStack) -> tuple[str, str] | None:
    """Return the platform and storage folder that the stack's objects are on, or None where it has none."""
    resources = stack.recorded().get("resources") or []
    if not any(
        resource.get("custom") and resource["type"].startswith(f"{PACKAGE}:") for resource in resources
    ):
        return None
    for resource in resources:
        if resource["type"] == f"pulumi:providers:{PACKAGE}":
            inputs = resource["inputs"]
            return str(inputs["uri"]), str(inputs["storageFolder"])
    return None


def _protected(stack: PulumiStack) -> tuple[str, ...]:
    """Return the names of the stack's protected resources."""
    resources = stack.recorded().get("resources") or []
    return tuple(sorted(one["urn"].rsplit("::", 1)[-1] for one in resources if one.get("protect")))


def _refuse_leftovers(municipality: str, uri: str, storage_folder: str) -> None:
    """Ask the platform itself whether everything is gone."""
    try:
        hypervisor = connect(uri, storage_folder=Path(storage_folder))
        try:
            left = _owned(hypervisor, stack_owner(municipality))
        finally:
            hypervisor.close()
    except HypervisorError as error:
        raise StackFailedError(municipality, "destruction", (str(error),)) from error
    if left:
        raise LeftoverError(municipality, left)


def _owned(hypervisor: Hypervisor, owner: str) -> tuple[str, ...]:
    machines = [f"machine {one.spec.name}" for one in hypervisor.machines() if one.spec.owner == owner]
    networks = [f"network {one.spec.name}" for one in hypervisor.networks() if one.spec.owner == owner]
    return (*machines, *networks)
