"""From the engine's events to typed changes, progress and reasons."""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.automation import EngineEvent, StepEventMetadata

from stacks.models import (
    LandingZoneArgs,
    PropertyChange,
    ResourceChange,
    StackOperation,
    StackPreview,
    StackProgress,
)
from stacks.tokens import PACKAGE

OnProgress = Callable[[StackProgress], None]

# Of a replacement only the announcement of the whole counts, not its deletion and creation.
_OPERATIONS: Mapping[str, StackOperation] = {
    "create": "create",
    "update": "update",
    "replace": "replace",
    "delete": "delete",
}


_CONSEQUENCE = re.compile(r"^(preview|update) failed$|but none were seen$")
_PACKING = re.compile(r"^(Preview failed: )?(\d+ errors? occurred: \* )?")


class StepEvents:
    """Collect what one run of the engine reports; called from the threads of its event stream."""

    def __init__(self, on_progress: OnProgress | None = None) -> None:
        self._on_progress = on_progress
        self._mutex = threading.Lock()
        self._changes: dict[str, ResourceChange] = {}
        self._unchanged: set[str] = set()
        self._reasons: dict[str, set[str]] = {}

    def take(self, event: EngineEvent) -> None:
        """Take one event."""
        with self._mutex:
            if event.resource_pre_event is not None:
                self._announce(event.resource_pre_event.metadata)
            if event.res_outputs_event is not None:
                self._report("done", event.res_outputs_event.metadata)
            if event.res_op_failed_event is not None:
                self._report("failed", event.res_op_failed_event.metadata)
            diagnostic = event.diagnostic_event
            if diagnostic is not None and diagnostic.severity == "error":
                reason = _plain(diagnostic.message)
                if reason:
                    self._reasons.setdefault(reason, set()).add(diagnostic.urn or "")

    @property
    def changes(self) -> tuple[ResourceChange, ...]:
        """Return the changes, ordered by their resource."""
        return tuple(self._changes[urn] for urn in sorted(self._changes))

    @property
    def unchanged(self) -> int:
        """Return how many resources stay as they are."""
        return len(self._unchanged - set(self._changes))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why the run failed, each reason once, without what only follows from another one."""
        reasons = tuple(_named(reason, urns) for reason, urns in self._reasons.items())
        return tuple(reason for reason in reasons if not _CONSEQUENCE.search(reason)) or reasons

    def _announce(self, step: StepEventMetadata) -> None:
        if not _is_ours(step):
            return
        if step.op == "same":
            self._unchanged.add(step.urn)
        if step.op in _OPERATIONS:
            self._changes[step.urn] = _change(step, _OPERATIONS[step.op])
        self._report("started", step)

    def _report(self, event: str, step: StepEventMetadata) -> None:
        operation = _OPERATIONS.get(step.op)
        if self._on_progress is None or operation is None or not _is_ours(step):
            return
        kind, name = _kind_and_name(step.urn)
        self._on_progress(
            StackProgress.model_validate({"event": event, "operation": operation, "kind": kind, "name": name})
        )


def preview_of(args: LandingZoneArgs, events: StepEvents) -> StackPreview:
    """Sum up what an apply would do; the digest covers the wanted zone and each change with its values."""
    body = {
        "args": args.model_dump(mode="json"),
        "changes": [change.model_dump(mode="json") for change in events.changes],
    }
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return StackPreview(
        stack=args.municipality,
        snapshot_digest=args.snapshot_digest,
        changes=events.changes,
        unchanged=events.unchanged,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _is_ours(step: StepEventMetadata) -> bool:
    """Tell whether a step is about an object on the platform and not about Pulumi's own bookkeeping."""
    state = step.new or step.old
    return step.type.startswith(f"{PACKAGE}:") and bool(state and state.custom)


def _change(step: StepEventMetadata, operation: StackOperation) -> ResourceChange:
    old = dict(step.old.inputs or {}) if step.old is not None and operation != "create" else {}
    new = dict(step.new.inputs or {}) if step.new is not None and operation != "delete" else {}
    kind, name = _kind_and_name(step.urn)
    keys = sorted(key for key in {*old, *new} if not key.startswith("__") and old.get(key) != new.get(key))
    return ResourceChange(
        operation=operation,
        kind=kind,
        name=name,
        urn=step.urn,
        properties=tuple(
            PropertyChange(key=key, before=_json(old.get(key)), after=_json(new.get(key))) for key in keys
        ),
    )


def _kind_and_name(urn: str) -> tuple[str, str]:
    parts = urn.split("::")
    return parts[2].split("$")[-1].split(":")[-1].lower(), parts[3]


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _plain(message: str) -> str:
    """Take the engine's colour marks and line breaks out of a message."""
    for mark in ("<{%reset%}>", "<{%fg 1%}>", "<{%bold%}>"):
        message = message.replace(mark, "")
    return _PACKING.sub("", " ".join(message.split()))


def _named(reason: str, urns: set[str]) -> str:
    """Say which resource a reason is about, where it is about one and does not say so itself."""
    if len(urns) != 1 or "" in urns:
        return reason
    kind, name = _kind_and_name(next(iter(urns)))
    about_platform = kind in {"stack", "samdrift"} or reason.startswith("libvirt at ")
    return reason if about_platform or name in reason else f"{kind} {name}: {reason}"
