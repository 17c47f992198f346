"""The clocks and the fault switch of the lab."""

import threading
from datetime import UTC, datetime, timedelta

from lab.clock import ManualClock, SystemClock
from lab.faults import FaultSwitch
from lab.masking import mask
from lab.models import Fault

START = datetime(2026, 11, 21, tzinfo=UTC)


def test_calls_of_a_manual_clock_run_in_order_and_only_when_due() -> None:
    clock, seen = ManualClock(START), []
    clock.call_after(20, lambda: seen.append(("late", clock.now())))
    clock.call_after(10, lambda: seen.append(("early", clock.now())))
    clock.advance(9)
    assert seen == []
    clock.advance(11)
    assert seen == [("early", START + timedelta(seconds=10)), ("late", START + timedelta(seconds=20))]
    assert clock.now() == START + timedelta(seconds=20)


def test_a_cancelled_call_never_runs() -> None:
    clock, seen = ManualClock(START), []
    call = clock.call_after(10, lambda: seen.append(1))
    assert call.seconds_left() == 10
    call.cancel()
    clock.advance(60)
    assert (seen, call.seconds_left()) == ([], 0)


def test_the_system_clock_calls_back_and_knows_the_time() -> None:
    called = threading.Event()
    clock = SystemClock()
    call = clock.call_after(0.05, called.set)
    assert 0 <= call.seconds_left() <= 0.05
    assert called.wait(5)
    assert abs(clock.now() - datetime.now(tz=UTC)) < timedelta(seconds=5)
    never = threading.Event()
    waiting = clock.call_after(600, never.set)
    waiting.cancel()
    assert (waiting.seconds_left(), never.is_set()) == (0, False)


def test_a_fault_is_used_up_where_its_argument_is_found() -> None:
    switch = FaultSwitch()
    switch.switch(Fault(name="error-line", argument="^ntp", times=2))
    assert switch.use_for("error-line", "hostname ntp") is None
    assert switch.use_for("error-line", "ntp server 10.0.0.1") is not None
    assert [fault.times for fault in switch.active()] == [1]
    assert switch.use_for("error-line", "ntp server 10.0.0.1") is not None
    assert (switch.active(), switch.use("delay")) == ((), None)


def test_a_fault_without_a_count_stays_until_it_is_cleared() -> None:
    switch = FaultSwitch()
    switch.switch(Fault(name="refuse-login", times=None))
    assert [switch.use("refuse-login") is not None for _ in range(3)] == [True, True, True]
    switch.clear()
    assert switch.use("refuse-login") is None


def test_secrets_are_masked() -> None:
    assert [
        mask(line, ("made-at-run-time",))
        for line in (
            "username a secret 9 $9$abc",
            "enable password 7 0822",
            "snmp-server community public RO",
            "ntp authentication-key 1 md5 abc",
            "log in with made-at-run-time",
            "service password-encryption",
        )
    ] == [
        "username a secret 9 ********",
        "enable password 7 ********",
        "snmp-server community ******** RO",
        "ntp authentication-key 1 md5 ********",
        "log in with ********",
        "service password-encryption",
    ]
