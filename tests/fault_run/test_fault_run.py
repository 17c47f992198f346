"""The fault run in its short form, and proof that it tells when a change ended otherwise than it should."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.models import ChangeOutcome, Platform
from lab.models import PendingCommit, TwinState
from tests.fault_run.changes import FEWEST_LINES, Change, change_of
from tests.fault_run.faults import FAULTS, faults_of
from tests.fault_run.oracle import Ending, violations
from tests.fault_run.points import POINTS
from tests.fault_run.relay import Relay
from tests.fault_run.run import FaultRun, changing_platforms, deal, named, sample
from tests.fault_run.text_forms import without_schedule
from tests.fault_run.trial import Trial, TrialReport

ROOT = Path(__file__).parents[2]
SEED = 1
CELLS = {(platform, fault) for platform in changing_platforms() for fault in faults_of(platform)}
CHANGE = Change("ios", "lines", ("their line",), "before", "after", "before+theirs", "after+theirs")


def test_every_fault_of_every_platform_ends_whole_or_as_before(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "tests.fault_run.run", "--short", "--seed", str(SEED)]
    run = subprocess.run(
        [*command, "--report", str(report)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    told = json.loads(report.read_text(encoding="utf-8"))
    tried = {(one["trial"]["platform"], one["trial"]["fault"]) for one in told["changes"]}
    assert tried == CELLS
    assert (told["seed"], told["made"], told["failures"]) == (SEED, len(tried), [])
    assert run.stdout.startswith(f"seed {SEED}: {len(tried)} changes on ")


@pytest.mark.parametrize("platform", changing_platforms())
def test_changes_are_long_enough_repeatable_and_never_without_effect(platform: Platform) -> None:
    one, again, another = (change_of(platform, variant) for variant in ("1", "1", "2"))
    assert one == again
    assert one.lines != another.lines
    assert len(one.lines.splitlines()) >= FEWEST_LINES
    assert len({one.before, one.after, one.before_and_others, one.after_and_others}) == 4


def test_every_fault_and_point_is_dealt_once_a_round_and_the_same_for_the_same_seed() -> None:
    trials = deal(7, 2)
    cells = {(platform, fault, point) for platform, fault in CELLS for point in POINTS}
    assert trials == deal(7, 2)
    assert trials != deal(8, 2)
    for number in (0, 1):
        dealt = [(one.platform, one.fault, one.point) for one in trials if one.number == number]
        assert len(dealt) == len(cells)
        assert set(dealt) == cells


def test_the_short_form_leaves_at_most_one_point_of_a_platform_out() -> None:
    trials = sample(3)
    assert len(trials) == len(CELLS)
    for platform in changing_platforms():
        assert len({one.point for one in trials if one.platform == platform}) >= len(POINTS) - 1


def test_what_a_twin_cannot_have_is_left_out_and_nothing_else() -> None:
    left_out = {(platform, fault) for platform in changing_platforms() for fault in FAULTS} - CELLS
    assert left_out == {
        ("eos", "slow-echo"),
        ("junos", "slow-echo"),
        ("fortios", "slow-echo"),
        ("fortios", "flash-full"),
        ("aoscx", "flash-full"),
        ("fortios", "other-user-pending"),
    }


def test_a_name_repeats_its_trial() -> None:
    trial = Trial(platform="eos", fault="lost-answer", point="inside-commit", number=4)
    assert named(trial.name) == trial


def state(
    running: str, startup: str, *, commits: int = 1, pending: bool = False, reachable: bool = True
) -> TwinState:
    return TwinState(
        name="sw",
        platform="ios",
        running=running,
        startup=startup,
        pending=PendingCommit(user="u", seconds_left=1.0) if pending else None,
        commits=commits,
        reverts=0,
        management_reachable=reachable,
        sessions=0,
        faults=(),
    )


AFTER = state("after", "after")
BEFORE = state("before", "before", commits=0)


def judged(
    outcome: ChangeOutcome | None,
    then: TwinState,
    at_last: TwinState | None = None,
    *,
    seen: bool = True,
    others: bool = False,
) -> tuple[str, ...]:
    ending = Ending(outcome, then, at_last or then, seen=seen, others_changed_it=others)
    return violations(CHANGE, ending)


@pytest.mark.parametrize(
    ("outcome", "then", "at_last", "seen", "others"),
    [
        ("confirmed", AFTER, None, True, False),
        ("reverted", BEFORE, None, True, False),
        ("reverted", state("before", "before", commits=2), None, True, False),
        ("refused", BEFORE, None, True, False),
        ("unknown", state("after", "before", pending=True), BEFORE, False, False),
        ("unknown", state("after+theirs", "before"), None, True, True),
        ("refused", state("before+theirs", "before"), None, True, True),
        (None, state("after", "before", pending=True), BEFORE, True, False),
        (None, state("after", "before"), None, True, False),
    ],
)
def test_a_true_ending_is_not_held_against_a_change(
    outcome: ChangeOutcome | None, then: TwinState, at_last: TwinState | None, *, seen: bool, others: bool
) -> None:
    assert judged(outcome, then, at_last, seen=seen, others=others) == ()


@pytest.mark.parametrize(
    ("outcome", "then", "at_last", "said"),
    [
        ("confirmed", BEFORE, None, "running is not the approved change"),
        ("confirmed", state("after", "before"), None, "startup is not running"),
        ("confirmed", state("after", "after", pending=True), AFTER, "the commit is still pending"),
        ("confirmed", AFTER, BEFORE, "later running is not the approved change"),
        ("reverted", AFTER, None, "running is not as before"),
        ("reverted", state("before", "after"), None, "startup is not as before"),
        ("reverted", state("after", "before", pending=True), BEFORE, "a commit is still pending"),
        ("refused", state("before", "before", commits=1), None, "running was changed meanwhile"),
        ("refused", BEFORE, AFTER, "later running is not as before"),
        ("unchanged", BEFORE, None, "the device did not have the lines"),
        ("unknown", BEFORE, None, "the device could be seen at the end"),
        ("unknown", state("half", "before"), None, "running is neither as before nor wholly changed"),
        ("reverted", state("before", "half"), None, "startup is neither as before nor wholly changed"),
        ("confirmed", state("after", "after", reachable=False), None, "it cannot be reached any more"),
        (None, state("after", "before", pending=True), None, "still pending after every timer has run"),
        (None, state("before", "after"), None, "startup holds the change that running lost"),
        (None, state("half", "before"), None, "running is neither as before nor wholly changed"),
    ],
)
def test_a_lie_is_found(
    outcome: ChangeOutcome | None, then: TwinState, at_last: TwinState | None, said: str
) -> None:
    assert said in "; ".join(judged(outcome, then, at_last))


def report_of(trial: Trial, *, struck: bool = True, wrong: tuple[str, ...] = ()) -> TrialReport:
    return TrialReport(
        trial=trial,
        outcome="confirmed",
        message="said so",
        struck=struck,
        violations=wrong,
        commits=1,
        reverts=0,
        seconds=1.0,
    )


def test_a_run_without_changes_or_with_fewer_than_asked_has_failed() -> None:
    trials = deal(1, 1)[:2]
    assert FaultRun(1, ()).failures == ("0 changes were made, of 0 that were asked for",)
    short = FaultRun(1, trials, reports=[report_of(trials[0])])
    assert short.failures == ("1 changes were made, of 2 that were asked for",)
    whole = FaultRun(1, trials, reports=[report_of(one) for one in trials])
    assert whole.failures == ()


def test_a_violation_is_told_with_the_command_that_repeats_it() -> None:
    [trial] = deal(9, 1)[:1]
    run = FaultRun(9, (trial,), reports=[report_of(trial, wrong=("it lied",))])
    assert run.failures == (
        f"{trial.name}: confirmed: it lied (said so)\n    again: make fault-run SEED=9 ONLY={trial.name}",
    )


def test_a_fault_that_never_happened_is_no_proof() -> None:
    [trial] = deal(1, 1)[:1]
    run = FaultRun(1, (trial,), reports=[report_of(trial, struck=False)])
    assert run.failures == (f"{trial.name}: its fault never happened",)


LEFT = """config system automation-trigger
    edit "napalm-commit-confirm"
        set trigger-type scheduled
    next
end
config system automation-action
    edit "napalm-commit-confirm"
        set script "execute restore config flash 1"
    next
    edit "of somebody"
        set script "x"
    next
end
"""


def test_only_a_schedule_that_does_nothing_may_stay_after_a_change_that_was_cut_off() -> None:
    stitch = 'config system automation-stitch\n    edit "napalm-commit-confirm"\n    next\nend\n'
    kept = 'config system automation-action\n    edit "of somebody"\n        set script "x"\n    next\nend\n'
    assert without_schedule(LEFT) == kept
    assert without_schedule(LEFT + stitch) == LEFT + stitch
    assert without_schedule(stitch + LEFT) == stitch + LEFT
    assert without_schedule(stitch + LEFT, armed=True) == kept


@contextmanager
def an_echo() -> Iterator[tuple[int, list[bytes]]]:
    """Answer every portion with itself, and keep what came."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        while data := connection.recv(100):
                            heard.append(data)
                            connection.sendall(data)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listener.getsockname()[1]), heard
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def a_relay() -> Iterator[tuple[Relay, socket.socket, list[bytes]]]:
    with an_echo() as (port, heard):
        relay = Relay(port)
        relay.start()
        try:
            with socket.create_connection(("127.0.0.1", relay.port), timeout=5) as client:
                yield relay, client, heard
        finally:
            relay.stop()


def answer_to(client: socket.socket, text: bytes) -> bytes:
    """Return what comes back, b'' where the connection is gone."""
    try:
        client.sendall(text)
        return client.recv(100)
    except OSError:
        return b""


def test_a_lost_request_never_reaches_the_device_and_a_lost_answer_does() -> None:
    with a_relay() as (relay, client, heard):
        assert answer_to(client, b"one") == b"one"
        relay.arm(1, relay.cut)
        assert answer_to(client, b"two") == b""
        assert heard == [b"one"]
    with a_relay() as (relay, client, heard):
        relay.arm(2, relay.lose_next_answer)
        assert answer_to(client, b"one") == b"one"
        assert answer_to(client, b"two") == b""
        assert heard == [b"one", b"two"]


def answer_on_a_new_path(port: int, text: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            return answer_to(client, text)
    except OSError:
        return b""


def test_a_dark_path_lets_nothing_through_until_it_is_lit() -> None:
    with a_relay() as (relay, client, heard):
        relay.darken()
        assert answer_to(client, b"one") == b""
        assert answer_on_a_new_path(relay.port, b"two") == b""
        relay.light()
        assert answer_on_a_new_path(relay.port, b"three") == b"three"
        assert heard == [b"three"]
