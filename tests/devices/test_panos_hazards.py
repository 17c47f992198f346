"""Each hazard of PAN-OS, of napalm-panos and of what stands below, named after what it does to a firewall."""

from __future__ import annotations

import ssl
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import paramiko
import pytest
from napalm_panos.panos import PANOSDriver as Library
from pydantic import SecretStr

from devices.drivers.panos_driver import PANOSDriver
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    DeviceUnreachable,
    HostKeyChanged,
    HostKeyUnknown,
    LockHeld,
    LoginRefused,
    NothingStaged,
    TLSRefused,
    UnexpectedAnswer,
)
from devices.models import Collection, Credential, PostCheckFailure
from devices.service import ApprovedChange, apply_change, collect, preview_change
from lab.models import Fault
from lab.panos.twin import PANOSTwin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devices.models import ChangeResult
    from tests.devices.conftest import Bench, Benches

LINES = "set deviceconfig setting management idle-timeout 10\n"
DIFF = """\
 devices {
   localhost.localdomain {
     deviceconfig {
       setting {
         management {
-          idle-timeout 60;
+          idle-timeout 10;
         }
       }
     }
   }
 }"""


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches.start("panos")


@pytest.fixture
def session_with(benches: Benches) -> Iterator[Callable[[Bench], PANOSDriver]]:
    opened: list[PANOSDriver] = []

    def make(bench: Bench) -> PANOSDriver:
        driver = PANOSDriver(bench.target)
        driver.open()
        opened.append(driver)
        return driver

    yield make
    for driver in opened:
        driver.close()


def change(bench: Bench, lines: str = LINES, *, failing: bool = False, **options: object) -> ChangeResult:
    def post_check(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
        return (PostCheckFailure(check="MGT-04", message="no"),) if failing else ()

    known = {LINES: DIFF}
    approved = known.get(lines) or preview_change(bench.target, lines, lock=bench.lock)
    options.setdefault("allowed_risks", frozenset({"no-own-revert"}))
    wanted = ApprovedChange(
        lines=lines,
        approved_diff=approved,
        revert_after_seconds=60,
        **options,  # type: ignore[arg-type]  # what a test overrides
    )
    return apply_change(bench.target, wanted, lock=bench.lock, post_check=post_check, clock=bench.clock)


def firewall(bench: Bench) -> PANOSTwin:
    assert isinstance(bench.twin, PANOSTwin)
    return bench.twin


def untouched(bench: Bench) -> bool:
    """Return whether nothing of ours is left: no candidate, lock or kept configuration."""
    twin = firewall(bench)
    return (twin.candidate(), twin.locks(), twin.saved_configurations()) == (twin.state().running, (), ())


# No revert timer.


def test_a_revert_timer_that_the_library_ignores_is_never_passed(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    driver.stage(LINES)
    with pytest.raises(CapabilityMissing):
        driver.commit(revert_after_seconds=120)
    with pytest.raises(CapabilityMissing):
        driver.confirm()
    with pytest.raises(CapabilityMissing):
        driver.roll_back()
    assert not driver.owns_pending_commit()
    assert bench.twin.state().commits == 0


def test_without_an_override_of_the_risk_nothing_is_tried(bench: Bench) -> None:
    wanted = ApprovedChange(lines=LINES, approved_diff=DIFF, revert_after_seconds=60)
    result = apply_change(
        bench.target, wanted, lock=bench.lock, post_check=lambda _b, _a: (), clock=bench.clock
    )
    assert (result.outcome, bench.twin.state().commits) == ("refused", 0)
    assert "no-own-revert" in result.message
    assert untouched(bench)


def test_a_commit_that_reaches_another_member_of_a_cluster_needs_that_risk_too(benches: Benches) -> None:
    name = "set deviceconfig system hostname"
    pair = f"set deviceconfig high-availability enabled yes\n{name}"
    bench = benches.start("panos", change=(name, pair))
    refused = change(bench)
    assert (refused.outcome, bench.twin.state().commits) == ("refused", 0)
    assert "cluster-member" in refused.message
    allowed = change(bench, allowed_risks=frozenset({"no-own-revert", "cluster-member"}))
    assert (allowed.outcome, bench.twin.state().commits) == ("confirmed", 1)
    alone = benches.start("panos", change=(name, pair.replace("yes", "no")))
    assert change(alone).outcome == "confirmed"


def test_an_allowed_change_is_committed_seen_and_leaves_nothing_behind(bench: Bench) -> None:
    result = change(bench)
    assert (result.outcome, result.diff) == ("confirmed", DIFF)
    assert "<idle-timeout>10</idle-timeout>" in bench.twin.state().running
    assert (bench.twin.state().commits, untouched(bench)) == (1, True)
    assert change(bench).outcome == "unchanged"
    assert (bench.twin.state().commits, untouched(bench)) == (1, True)


def test_a_change_that_a_check_refuses_is_brought_back_by_us(bench: Bench) -> None:
    before = bench.twin.state().running
    result = change(bench, failing=True)
    assert result.outcome == "reverted"
    assert (bench.twin.state().running, bench.twin.state().commits) == (before, 2)
    assert untouched(bench)


def test_a_cut_path_is_reported_as_unknown_with_what_to_do(bench: Bench) -> None:
    assert bench.by_hand is not None
    result = change(
        bench.__class__(
            bench.twin,
            bench.target.model_copy(update={"timeout_seconds": 1.0}),
            bench.clock,
            bench.lock,
            bench.by_hand,
        ),
        "set deviceconfig system service disable-https yes\n",
        margin_seconds=0.0,
        poll_seconds=60.0,
    )
    assert not bench.twin.state().management_reachable
    assert result.outcome == "unknown"
    (kept,) = firewall(bench).saved_configurations()
    assert kept in result.message
    assert "console" in result.message


# The way back.


def test_two_changes_of_one_day_have_a_way_back_each(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    """The library's backup is called after the day, and the second change would forget the first one's."""
    names = []
    for minutes in ("10", "15"):
        driver = session_with(bench)
        driver.stage(LINES.replace("10", minutes))
        names.append(driver.keep_way_back())
        driver.commit_without_timer()
        driver.close()
    assert len(set(names)) == 2
    assert all(name.startswith("samdrift") for name in names)
    third = session_with(bench)
    third.go_back_to(names[1])
    assert "<idle-timeout>10</idle-timeout>" in bench.twin.state().running
    third.go_back_to(names[0])
    assert "<idle-timeout>60</idle-timeout>" in bench.twin.state().running
    third.go_back_to(names[0])
    assert bench.twin.state().commits == 4
    for name in (*names, *names):
        third.drop_way_back(name)
    assert untouched(bench)


def test_the_way_back_is_what_runs_and_not_the_candidate(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    """``save config to`` keeps the candidate; saved after the lines it would be no way back at all."""
    before = bench.twin.state().running
    driver = session_with(bench)
    driver.stage(LINES)
    name = driver.keep_way_back()
    assert firewall(bench).candidate() != before
    driver.commit_without_timer()
    driver.go_back_to(name)
    assert bench.twin.state().running == before


def test_a_way_back_that_is_gone_is_an_error_and_not_a_success(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    with pytest.raises(CommandRefused, match="does not exist"):
        driver.go_back_to("samdrift-gone.xml")
    assert bench.twin.state().commits == 0


# Lines.


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("set deviceconfg system hostname x", "Invalid syntax"),
        ("set deviceconfig setting management idle-timeout 9999", "is invalid"),
        ("delete zone dmz", "Object doesn't exist"),
        ("move rulebase security rules guest-out above web-out", "Invalid syntax"),
    ],
)
def test_a_line_that_is_refused_is_an_error_and_the_candidate_is_dropped(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver], line: str, told: str
) -> None:
    """The library sends the lines and looks at no answer; the good ones would be committed."""
    driver = session_with(bench)
    with pytest.raises(ConfigurationRefused, match=told):
        driver.stage(f"{LINES}{line}\n")
    assert untouched(bench)
    with pytest.raises(NothingStaged):
        driver.diff()


@pytest.mark.parametrize(
    "line", ["commit", "exit", "run request restart system", "load config from x", "password", "edit zone"]
)
def test_a_line_that_is_none_of_a_configuration_is_refused_before_anything_is_sent(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver], line: str
) -> None:
    driver = session_with(bench)
    with pytest.raises(ConfigurationRefused, match="no line of configuration"):
        driver.stage(f"{LINES}{line}\n")
    assert not [one for one in bench.twin.transcript() if one.startswith("CLI")]


def test_a_line_that_asks_for_a_password_is_refused_and_does_not_hang(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    began = time.monotonic()
    with pytest.raises(ConfigurationRefused, match="no line of configuration"):
        driver.stage("set mgt-config users admin password\n")
    driver._run("log in", driver._command_line)
    assert driver._configure("set mgt-config users admin password") == (
        "it asks for something that is not in the line"
    )
    assert time.monotonic() - began < 8


def test_a_rule_is_moved_and_the_diff_says_so(bench: Bench) -> None:
    lines = "move rulebase security rules guest-out top\n"
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert "-              web-out {" in diff or "+              guest-out {" in diff
    assert untouched(bench)
    assert change(bench, lines).outcome == "confirmed"
    running = bench.twin.state().running
    assert running.index('name="guest-out"') < running.index('name="web-out"')


# The commit.


def test_a_commit_that_fails_before_its_hundred_percent_is_known_at_once(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    """The library waits two minutes for ``100%``, which a commit that fails never says."""
    driver = session_with(bench)
    driver.stage(LINES)
    driver.keep_way_back()
    bench.twin.switch_fault(Fault(name="error-line", argument="^commit$"))
    began = time.monotonic()
    with pytest.raises(ConfigurationRefused, match="Commit failed"):
        driver.commit_without_timer()
    assert time.monotonic() - began < 8
    assert bench.twin.state().commits == 0
    assert firewall(bench).candidate() == bench.twin.state().running


def test_a_commit_that_names_what_is_not_there_is_refused_and_nothing_is_in_force(bench: Bench) -> None:
    before = bench.twin.state().running
    result = change(bench, "set zone guest network zone-protection-profile strict\n")
    assert result.outcome == "refused"
    assert "not a valid reference" in result.message
    assert (bench.twin.state().running, bench.twin.state().commits) == (before, 0)
    assert untouched(bench)


def test_a_commit_whose_answer_is_lost_is_brought_back(bench: Bench) -> None:
    before = bench.twin.state().running
    bench.twin.switch_fault(Fault(name="drop-after-commit"))
    result = change(bench)
    assert result.outcome == "reverted"
    assert (bench.twin.state().running, bench.twin.state().commits) == (before, 2)
    assert untouched(bench)


def test_a_commit_that_changes_the_host_name_and_so_the_prompt_is_seen_to_its_end(bench: Bench) -> None:
    result = change(bench, "set deviceconfig system hostname fw-town-99\n")
    assert result.outcome == "confirmed"
    assert "<hostname>fw-town-99</hostname>" in bench.twin.state().running


def test_a_candidate_that_is_not_the_one_that_was_seen_is_not_committed(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    driver.stage(LINES)
    name = driver.keep_way_back()
    # Whoever is logged in as we are is kept out by no lock.
    firewall(bench).enter_as(
        bench.target.credential.username, ("set deviceconfig system domain town.example",)
    )
    with pytest.raises(LockHeld, match="changed by somebody else"):
        driver.commit_without_timer()
    assert bench.twin.state().commits == 0
    driver.drop_way_back(name)


# Somebody else.


def test_a_candidate_that_somebody_left_is_neither_committed_nor_dropped(bench: Bench) -> None:
    """The library edits and commits whatever is in the candidate; dropping it would lose their work."""
    firewall(bench).enter_as("helpdesk", ("set deviceconfig system domain town.example",))
    theirs = firewall(bench).candidate()
    with pytest.raises(Exception, match="somebody"):
        preview_change(bench.target, LINES, lock=bench.lock)
    assert (firewall(bench).candidate(), firewall(bench).locks()) == (theirs, ())
    wanted = ApprovedChange(
        lines=LINES,
        approved_diff=DIFF,
        revert_after_seconds=60,
        allowed_risks=frozenset({"no-own-revert"}),
    )
    result = apply_change(
        bench.target, wanted, lock=bench.lock, post_check=lambda _b, _a: (), clock=bench.clock
    )
    assert (result.outcome, bench.twin.state().commits) == ("refused", 0)
    assert firewall(bench).candidate() == theirs


def test_a_candidate_that_somebody_left_between_our_look_and_our_lock_is_left_alone(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    line = "set deviceconfig system domain town.example"
    bench.twin.switch_fault(Fault(name="other-user-change", argument="config-lock><add>", lines=(line,)))
    with pytest.raises(LockHeld, match="somebody has not committed"):
        driver.stage(LINES)
    assert "town.example" in firewall(bench).candidate()
    assert "idle-timeout>10" not in firewall(bench).candidate()
    assert firewall(bench).locks() == ()


@pytest.mark.parametrize("kind", ["config", "commit"])
def test_a_lock_of_somebody_else_is_respected(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver], kind: str
) -> None:
    firewall(bench).enter_as("helpdesk", (f"request {kind}-lock add",))
    driver = session_with(bench)
    assert driver.has_pending_commit()
    with pytest.raises(LockHeld, match="helpdesk"):
        driver.stage(LINES)
    assert firewall(bench).locks() == (f"{kind} helpdesk",)
    assert firewall(bench).candidate() == bench.twin.state().running


def test_nobody_else_can_change_or_commit_while_a_change_is_under_way(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    driver.stage(LINES)
    for line in ("set deviceconfig system domain town.example", "commit"):
        bench.twin.switch_fault(Fault(name="other-user-change", argument="<jobs>", lines=(line,)))
        driver.has_pending_commit()
    assert (
        bench.twin.transcript().count(
            f"! helpdesk was refused: Configuration is locked by {bench.target.credential.username}"
        )
        == 2
    )
    assert "town.example" not in firewall(bench).candidate()
    assert bench.twin.state().commits == 0


def test_a_lock_that_a_killed_run_left_does_not_keep_us_out(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    killed = session_with(bench)
    killed._take_locks()
    killed._locked.clear()
    assert change(bench).outcome == "confirmed"
    assert untouched(bench)


def test_our_own_candidate_is_no_pending_commit_of_somebody_else(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    assert not driver.has_pending_commit()
    driver.stage(LINES)
    assert not driver.has_pending_commit()
    assert session_with(bench).has_pending_commit()


def test_closing_drops_a_candidate_that_was_not_committed(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    driver.stage(LINES)
    driver.close()
    assert untouched(bench)


def test_marks_of_who_touched_what_do_not_make_a_candidate_differ(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    driver.stage("set deviceconfig setting management idle-timeout 60\n")
    assert driver.diff() == ""
    assert change(bench, "set deviceconfig setting management idle-timeout 60\n").outcome == "unchanged"


def test_a_commit_of_somebody_else_that_is_at_work_is_waited_for_or_refused(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = session_with(bench)
    first.stage(LINES)
    name = first.keep_way_back()
    first.commit_without_timer()
    first.close()
    firewall(bench).enter_as("helpdesk", ("set deviceconfig system domain town.example",))
    firewall(bench).begin_commit("helpdesk")
    driver = session_with(bench)
    assert driver.has_pending_commit()
    with pytest.raises(LockHeld, match="commit of somebody else runs"):
        driver.stage(LINES)
    monkeypatch.setattr("devices.drivers.panos_driver._JOB_POLL_SECONDS", 0.05)
    ending = threading.Timer(0.3, firewall(bench).end_commit)
    ending.start()
    driver.go_back_to(name)
    ending.join()
    assert bench.twin.state().commits == 3
    assert "<idle-timeout>60</idle-timeout>" in bench.twin.state().running
    driver.drop_way_back(name)


# The connection.


def test_a_command_line_with_another_host_key_gets_no_password(bench: Bench) -> None:
    key = bench.target.host_key
    assert key is not None
    other = paramiko.ECDSAKey.generate()
    changed = bench.target.model_copy(update={"host_key": f"{other.get_name()} {other.get_base64()}"})
    with pytest.raises(HostKeyChanged):
        preview_change(changed, LINES, lock=bench.lock)
    with pytest.raises(HostKeyUnknown, match=key.split()[1][:40]):
        preview_change(bench.target.model_copy(update={"host_key": None}), LINES, lock=bench.lock)
    assert untouched(bench)
    assert not [one for one in bench.twin.transcript() if one.startswith("CLI")]


def test_a_certificate_that_nobody_trusts_is_refused(bench: Bench, tmp_path: Path) -> None:
    """The library looks at no certificate, and would send the password to whoever answers."""
    strange = bench.target.model_copy(update={"ca_file": ssl.get_default_verify_paths().cafile})
    for target in (bench.target.model_copy(update={"ca_file": None}), strange):
        with pytest.raises(TLSRefused):
            PANOSDriver(target).open()
    with pytest.raises(TLSRefused, match="cannot be read"):
        PANOSDriver(bench.target.model_copy(update={"ca_file": str(tmp_path / "none.pem")})).open()
    assert not [one for one in bench.twin.transcript() if "keygen" in one]


def test_nothing_of_a_file_in_the_home_directory_turns_us_to_another_firewall(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".panrc").write_text("serial=0123456789\napi_key=stolen\nhostname=192.0.2.1\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert bench.target.device in collect(bench.target).device
    assert not [one for one in bench.twin.transcript() if "target=" in one]


def test_a_wrong_password_is_a_refused_login(bench: Bench) -> None:
    wrong = Credential(username=bench.target.credential.username, password=SecretStr("wrong"))
    with pytest.raises(LoginRefused):
        PANOSDriver(bench.target.model_copy(update={"credential": wrong})).open()


def test_a_firewall_that_is_not_there_is_unreachable(bench: Bench) -> None:
    bench.twin.stop()
    with pytest.raises(DeviceUnreachable):
        PANOSDriver(bench.target).open()


def test_a_command_line_that_is_shut_refuses_the_change_and_leaves_nothing(bench: Bench) -> None:
    bench.twin.console(("set deviceconfig system service disable-ssh yes",))
    running = bench.twin.state().running
    with pytest.raises(ConnectionLost):
        preview_change(bench.target, LINES, lock=bench.lock)
    assert (bench.twin.state().running, untouched(bench)) == (running, True)
    assert collect(bench.target).running == running


def test_a_call_that_hangs_is_ended_by_closing_its_socket(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    bench.twin.switch_fault(Fault(name="delay", seconds=30.0))
    before = threading.active_count()
    with pytest.raises(ConnectionLost, match=r"within 0\.3 s"):
        driver._run("ask", lambda: driver._session().command("<show><clock></clock></show>"), seconds=0.3)
    assert threading.active_count() <= before + 1
    bench.twin.clear_faults()
    with pytest.raises(ConnectionLost):
        driver.neighbours()


# What is read.


def test_a_firewall_without_neighbours_has_none_and_is_no_error(benches: Benches) -> None:
    bench = benches.start("panos", neighbours=())
    driver = PANOSDriver(bench.target)
    driver.open()
    with pytest.raises(TypeError):
        Library.get_lldp_neighbors(driver._session())
    assert driver.neighbours() == ()
    driver.close()


def test_a_configuration_that_came_in_part_is_no_configuration(
    bench: Bench, session_with: Callable[[Bench], PANOSDriver]
) -> None:
    driver = session_with(bench)
    napalm = driver._session()

    def partly(*, xpath: str) -> None:
        napalm.device.op(cmd="<show><clock></clock></show>")
        assert xpath == "/config"

    napalm.device.show = partly
    with pytest.raises(UnexpectedAnswer, match="not whole"):
        driver.running()


def test_secrets_are_masked_in_a_diff(bench: Bench) -> None:
    lines = (
        "set deviceconfig system snmp-setting access-setting version v2c snmp-community-string s3cretstring\n"
        "set shared server-profile tacplus centre-tacacs server tac1 secret n3wsharedkey\n"
    )
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert diff.count("<secret>") == 4
    assert "s3cretstring" not in diff
    assert "public-town" not in diff
    assert "-AQ==" not in diff
