"""What a device may truly hold after a change, told from what the change reported."""

from dataclasses import dataclass

from devices.models import ChangeOutcome
from lab.models import TwinState
from tests.fault_run.changes import Change


@dataclass(frozen=True)
class Ending:
    """How a change ended: what it said, what the twin held then, and what it holds when time has passed."""

    outcome: ChangeOutcome | None  # None: the process that made the change was killed
    then: TwinState
    at_last: TwinState
    seen: bool  # whether the device could be seen when the change gave up looking
    others_changed_it: bool


def violations(change: Change, ending: Ending) -> tuple[str, ...]:
    """Return every way in which an ending is not one that a change may have."""
    last = ending.at_last
    wrong = [*_unfinished(last), *_half_way(change, ending)]
    wrong += {
        "confirmed": _after_confirmed,
        "reverted": _after_reverted,
        "refused": _after_refused,
        "unchanged": _after_unchanged,
        "unknown": _after_unknown,
        None: _after_killed,
    }[ending.outcome](change, ending)
    return tuple(dict.fromkeys(wrong))


def _unfinished(last: TwinState) -> list[str]:
    wrong = []
    if last.pending is not None:
        wrong.append("a commit is still pending after every timer has run")
    if not last.management_reachable:
        wrong.append("it cannot be reached any more")
    return wrong


def _half_way(change: Change, ending: Ending) -> list[str]:
    whole = {change.before, change.after}
    if ending.others_changed_it:
        whole |= {change.before_and_others, change.after_and_others}
    wrong = []
    if ending.at_last.running not in whole:
        wrong.append("running is neither as before nor wholly changed")
    if ending.at_last.startup not in whole:
        wrong.append("startup is neither as before nor wholly changed")
    return wrong


def _with_change(change: Change, ending: Ending) -> set[str]:
    return {change.after, change.after_and_others} if ending.others_changed_it else {change.after}


def _without_change(change: Change, ending: Ending) -> set[str]:
    return {change.before, change.before_and_others} if ending.others_changed_it else {change.before}


def _after_confirmed(change: Change, ending: Ending) -> list[str]:
    wrong = []
    for when, state in (("at the end", ending.then), ("later", ending.at_last)):
        if state.running not in _with_change(change, ending):
            wrong.append(f"it said confirmed, but {when} running is not the approved change")
        if state.startup != state.running:
            wrong.append(f"it said confirmed, but {when} startup is not running")
    if ending.then.pending is not None and not ending.others_changed_it:
        wrong.append("it said confirmed, but the commit is still pending")
    return wrong


def _as_before(word: str, change: Change, ending: Ending) -> list[str]:
    wrong = []
    for when, state in (("at the end", ending.then), ("later", ending.at_last)):
        if state.running not in _without_change(change, ending):
            wrong.append(f"it said {word}, but {when} running is not as before")
        if state.startup not in _without_change(change, ending):
            wrong.append(f"it said {word}, but {when} startup is not as before")
    return wrong


def _after_reverted(change: Change, ending: Ending) -> list[str]:
    wrong = _as_before("reverted", change, ending)
    if ending.then.pending is not None and not ending.others_changed_it:
        wrong.append("it said reverted, but a commit is still pending")
    return wrong


def _after_refused(change: Change, ending: Ending) -> list[str]:
    wrong = _as_before("refused", change, ending)
    # A person's own line at the console is a change of running too.
    if ending.at_last.commits > ending.others_changed_it:
        wrong.append("it said refused, but running was changed meanwhile")
    return wrong


def _after_unchanged(_change: Change, _ending: Ending) -> list[str]:
    return ["it said unchanged, but the device did not have the lines"]


def _after_unknown(_change: Change, ending: Ending) -> list[str]:
    if ending.seen and not ending.others_changed_it:
        return ["it said unknown, although the device could be seen at the end"]
    return []


def _after_killed(change: Change, ending: Ending) -> list[str]:
    last = ending.at_last
    if last.startup == change.after and last.running == change.before:
        return ["startup holds the change that running lost"]
    return []
