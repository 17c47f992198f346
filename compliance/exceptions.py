"""Exceptions: when one holds, what each waives, and what is wrong with it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

from compliance.models import Model, Verdict
from inventory.models import ControlException

MOST_CONTROLS: Final = 5
"""From how many controls one device may be excepted before that is over-broad."""

_BLANK: Final = frozenset({"", "none", "n/a", "na", "tbd", "todo", "ingen", "mangler", "ukendt", "unknown"})

ExceptionState = Literal["in force", "ended", "not yet granted"]
FindingKind = Literal["unused", "expired", "over-broad", "too-long", "owner-missing", "measure-missing"]
Known = Mapping[tuple[str, str], Verdict]
"""The newest verdict by device and control."""


class ExceptionFinding(Model):
    """Something about a granted exception that a person must correct."""

    kind: FindingKind
    exception: str
    message: str


class ListedException(Model):
    """A granted exception with what it does today."""

    exception: ControlException
    state: ExceptionState
    ends_on: date
    waives: tuple[str, ...]
    idle: tuple[str, ...]
    unjudged: tuple[str, ...]


class ExceptionReview(Model):
    """Every exception of a municipality, and what is wrong with them."""

    listed: tuple[ListedException, ...]
    findings: tuple[ExceptionFinding, ...]


def twelve_months_after(day: date) -> date:
    """Return the same day a year later; what began on a leap day ends on 1 March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def ends_on(exception: ControlException) -> date:
    """Return the day on which it ends: as written, and 12 months after it was granted at the latest."""
    if exception.granted_on is None:
        return exception.expires_on
    return min(exception.expires_on, twelve_months_after(exception.granted_on))


def holds_on(exception: ControlException, today: date) -> bool:
    """Tell whether it waives on a day; on the day on which it ends it no longer does."""
    return (exception.granted_on is None or exception.granted_on <= today) and today < ends_on(exception)


def verdict_on(
    verdict: Verdict, *, device: str, control: str, exceptions: Iterable[ControlException], today: date
) -> Verdict:
    """Return what a recorded verdict is worth on a day: WAIVED without an exception in force is FAIL."""
    if verdict is not Verdict.WAIVED:
        return verdict
    standing = any(
        one.control == control and device in one.devices and holds_on(one, today) for one in exceptions
    )
    return Verdict.WAIVED if standing else Verdict.FAIL


def review_exceptions(
    exceptions: tuple[ControlException, ...],
    devices: tuple[str, ...],
    known: Known,
    *,
    today: date,
    most_controls: int = MOST_CONTROLS,
) -> ExceptionReview:
    """List the exceptions of one municipality with what each waives, and what is wrong with them.

    Args:
        exceptions: What was granted.
        devices: Every device of the municipality.
        known: The newest verdicts; a device that was never judged makes no exception unused.
        today: The day in Denmark.
        most_controls: From how many controls one device may be excepted.
    """
    listed = _listed(exceptions, known, today)
    findings = [finding for one in listed for finding in _findings_of(one, today)]
    in_force = tuple(one.exception for one in listed if one.state == "in force")
    findings += _over_broad(in_force, frozenset(devices), most_controls)
    return ExceptionReview(listed=listed, findings=tuple(findings))


def _listed(
    exceptions: tuple[ControlException, ...], known: Known, today: date
) -> tuple[ListedException, ...]:
    waived: set[tuple[str, str]] = set()
    listed = []
    for one in exceptions:
        state = _state(one, today)
        pairs = [(device, known.get((device, one.control))) for device in one.devices]
        failing = [name for name, verdict in pairs if verdict in {Verdict.FAIL, Verdict.WAIVED}]
        # Of two exceptions for the same the first one waives, as in the evaluation.
        waives = tuple(name for name in failing if state == "in force" and (name, one.control) not in waived)
        waived |= {(name, one.control) for name in waives}
        unjudged = tuple(name for name, verdict in pairs if verdict in {None, Verdict.ERROR})
        idle = tuple(name for name in one.devices if name not in waives and name not in unjudged)
        listed.append(
            ListedException(
                exception=one, state=state, ends_on=ends_on(one), waives=waives, idle=idle, unjudged=unjudged
            )
        )
    return tuple(listed)


def _state(one: ControlException, today: date) -> ExceptionState:
    if holds_on(one, today):
        return "in force"
    return "ended" if ends_on(one) <= today else "not yet granted"


def _findings_of(listed: ListedException, today: date) -> list[ExceptionFinding]:
    one = listed.exception
    findings = []

    def found(kind: FindingKind, message: str) -> None:
        findings.append(ExceptionFinding(kind=kind, exception=one.name, message=message))

    if listed.state == "ended":
        found(
            "expired",
            f"it ended on {listed.ends_on}, and {one.control} fails again; remove it, or grant it anew",
        )
    elif listed.state == "in force" and listed.idle:
        found(
            "unused",
            f"{one.control} does not need it on {', '.join(listed.idle)}; take what is unused out of it",
        )
    begins = one.granted_on or today
    if one.expires_on > twelve_months_after(begins):
        counted = "granted" if one.granted_on else "today, since it names no granted_on"
        found(
            "too-long",
            f"it runs until {one.expires_on}, more than 12 months after {begins} ({counted}); shorten it",
        )
    if _is_blank(one.owner):
        found("owner-missing", "nobody answers for it; name the owner")
    if _is_blank(one.compensating_measure):
        found("measure-missing", "nothing is done instead; write the compensating measure")
    return findings


def _is_blank(text: str) -> bool:
    return text.strip(" \t\r\n.-–?_").lower() in _BLANK


def _over_broad(
    in_force: tuple[ControlException, ...], devices: frozenset[str], most_controls: int
) -> list[ExceptionFinding]:
    covered: defaultdict[str, set[str]] = defaultdict(set)
    controls: defaultdict[str, set[str]] = defaultdict(set)
    for one in in_force:
        covered[one.control].update(one.devices)
        for device in one.devices:
            controls[device].add(one.control)
    findings = []
    for one in in_force:
        # A single device is the whole of a municipality only in a rehearsal.
        if len(devices) > 1 and covered[one.control] >= devices:
            message = f"{one.control} is excepted on all {len(devices)} devices; nothing is left of it"
            findings.append(ExceptionFinding(kind="over-broad", exception=one.name, message=message))
        for device in one.devices:
            if len(controls[device]) > most_controls:
                message = (
                    f"{device} is excepted from {len(controls[device])} controls, more than {most_controls}"
                )
                findings.append(ExceptionFinding(kind="over-broad", exception=one.name, message=message))
    return findings
