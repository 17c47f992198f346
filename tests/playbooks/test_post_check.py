"""What must hold before a change is confirmed, judged on configurations that devices wrote."""

from datetime import UTC, datetime

from compliance.service import DeviceContext
from devices.models import Collection, PostCheckFailure
from playbooks.post_check import post_check_for

OPEN = """\
version 17.9
hostname acc-01
!
interface GigabitEthernet1/0/1
 switchport mode access
!
line con 0
line vty 0 4
 transport input telnet ssh
!
end
"""
CLOSED = OPEN.replace("transport input telnet ssh", "transport input ssh")
CONTEXT = DeviceContext(role="access")


def collection(running: str) -> Collection:
    return Collection(
        device="acc-01",
        platform="ios",
        collected_at=datetime(2026, 3, 1, tzinfo=UTC),
        running=running,
        startup=running,
    )


def test_a_control_that_should_pass_and_does_holds_nothing_back() -> None:
    check = post_check_for("acc-01", ("MGT-01", "MGT-04"), CONTEXT)
    assert check(collection(OPEN), collection(CLOSED)) == ()


def test_a_control_that_should_pass_and_does_not_is_a_failure() -> None:
    check = post_check_for("acc-01", ("MGT-01",), CONTEXT)
    expected = (PostCheckFailure(check="MGT-01", message="line vty 0 4 admits telnet"),)
    assert check(collection(OPEN), collection(OPEN)) == expected


def test_a_control_that_cannot_be_judged_is_a_failure() -> None:
    check = post_check_for("acc-01", ("NTP-01",), CONTEXT)
    [failure] = check(collection(OPEN), collection(CLOSED))
    assert (failure.check, "ntp_servers" in failure.message) == ("NTP-01", True)


def test_a_control_that_does_not_exist_is_a_failure() -> None:
    check = post_check_for("acc-01", ("NO-99",), CONTEXT)
    expected = (PostCheckFailure(check="NO-99", message="there is no such control"),)
    assert check(collection(OPEN), collection(CLOSED)) == expected


def test_what_passed_before_must_not_be_lost_on_the_way() -> None:
    check = post_check_for("acc-01", (), CONTEXT)
    expected = PostCheckFailure(
        check="MGT-01", message="passed before the change and does not now: line vty 0 4 admits telnet"
    )
    assert check(collection(CLOSED), collection(OPEN)) == (expected,)


def test_a_configuration_that_came_cut_off_passes_nothing() -> None:
    cut = CLOSED.partition("line vty")[0]
    check = post_check_for("acc-01", ("MGT-01",), CONTEXT)
    assert {failure.check for failure in check(collection(CLOSED), collection(cut))} >= {"MGT-01", "MGT-04"}
