"""A FortiGate through plan, approval and apply: its reboot must be granted, in time and inside a window."""

import dataclasses
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lab.clock import SystemClock
from lab.fortios.twin import FortiOSTwin
from lab.models import TwinSpec
from lab.twin import TwinCredential
from migrations.controller import Controller
from migrations.errors import NothingToDo
from migrations.hardening import MadePlan, apply_plan, plan_lines
from migrations.programme import Programme

Rehearsal = Any
CONFIGURATION = Path(__file__).parents[1] / "devices" / "configurations" / "fortios.cfg"
NAME = "ndj-fw1"
LINES = "config system global\n    set admin-telnet disable\nend\n"
# The weekly time of the centre is Saturday 22:00 to Sunday 05:00 in Denmark.
IN_WINDOW = datetime(2027, 3, 6, 22, 0, tzinfo=UTC)
ON_MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
AT_ITS_END = datetime(2027, 3, 7, 3, 58, tzinfo=UTC)
A_WEEK_LATER = datetime(2027, 3, 13, 22, 0, tzinfo=UTC)
OVERRIDE = """\
risk_overrides:
  - name: fw1-foraar
    risk: revert-reboots
    devices: [ndj-fw1]
    owner: Netværk Midt
    reason: Anden firewall tager trafikken, mens denne genstarter.
    expires_on: 2027-03-10
"""


class FortiGate:
    """The firewall of the example as a FortiGate, and the programme that changes it."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        login = TwinCredential("samdrift", secrets.token_urlsafe(18))
        spec = TwinSpec(
            name=NAME,
            platform="fortios",
            model="FortiGate-61F",
            configuration=CONFIGURATION.name,
            management_interface="mgmt",
        )
        text, folder = CONFIGURATION.read_text(encoding="utf-8"), rehearsal.folder / "twin"
        folder.mkdir()
        self.twin = FortiOSTwin(spec, text, login, folder, SystemClock())
        self._login = login

    def publish(self) -> None:
        file = self.rehearsal.folder / "device-credential.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps({"username": self._login.username, "password": self._login.password}))
        endpoint = {
            "address": "127.0.0.1",
            "port": self.twin.port,
            "credential": f"file:{file}",
            "ca_file": str(self.twin.ca_file),
        }
        self.rehearsal.write_endpoints({"devices": {NAME: endpoint}})
        devices = self.rehearsal.town / "devices.yaml"
        before, name, after = devices.read_text(encoding="utf-8").partition(f"name: {NAME}\n")
        devices.write_text(before + name + after.replace("platform: junos", "platform: fortios", 1))

    def grant(self, text: str) -> None:
        file = self.rehearsal.town / "exceptions.yaml"
        file.write_text(file.read_text(encoding="utf-8").split("risk_overrides:")[0] + text, encoding="utf-8")

    @contextmanager
    def at(self, now: datetime) -> Iterator[Programme]:
        with self.rehearsal.programme() as programme:
            yield dataclasses.replace(programme, clock=lambda: now)

    def plan(self, programme: Programme, lines: str = LINES) -> MadePlan:
        return plan_lines(
            programme,
            selection=f"name={NAME}",
            lines=lines,
            author=programme.actor,
            path=self.rehearsal.folder / "plan.json",
            revert_after_seconds=300,
        )

    def outcome(self, programme: Programme, made: MadePlan) -> tuple[str, str]:
        """Apply a plan that somebody signed, and return how the device ended and why, from the journal."""
        self.rehearsal.approve(programme, made.plan, "apply", "anna")
        with Controller(programme) as controller:
            apply_plan(controller, made.plan)
        with programme.records.reading() as transaction:
            ended = [
                entry for entry in transaction.journal.entries(subject=NAME) if entry.action == "end change"
            ]
        assert isinstance(ended[-1].after, dict)
        return str(ended[-1].after["outcome"]), ended[-1].why

    def uses(self, programme: Programme) -> list[Any]:
        with programme.records.reading() as transaction:
            return [
                (entry.why, entry.after)
                for entry in transaction.journal.entries(subject=NAME)
                if entry.action == "use risk override"
            ]

    def written(self) -> list[str]:
        return [line for line in self.twin.transcript() if not line.startswith(("GET ", "! "))]


@pytest.fixture(scope="module")
def fortigate(make_rehearsal: Any) -> Iterator[FortiGate]:
    made = FortiGate(make_rehearsal())
    made.twin.start()
    try:
        made.publish()
        yield made
    finally:
        made.twin.stop()


def test_a_change_whose_risk_nobody_granted_is_held_back_and_nothing_is_sent(fortigate: FortiGate) -> None:
    fortigate.grant("")
    with fortigate.at(IN_WINDOW) as programme, pytest.raises(NothingToDo) as told:
        fortigate.plan(programme)
    assert (
        f"{NAME} is held back: revert-reboots: no risk override in exceptions.yaml names it; "
        "have one granted and plan again"
    ) in str(told.value)
    assert fortigate.written() == []
    assert not (fortigate.rehearsal.folder / "plan.json").exists()


def test_a_plan_is_signed_with_its_risks_and_with_who_granted_them(fortigate: FortiGate) -> None:
    fortigate.grant(OVERRIDE)
    with fortigate.at(IN_WINDOW) as programme:
        made = fortigate.plan(programme)
        fortigate.grant(OVERRIDE.replace("Netværk Midt", "Netværk Nord"))
    with fortigate.at(IN_WINDOW) as programme:
        other = fortigate.plan(programme)
    assert isinstance(made.plan.body, dict)
    [change] = made.plan.body["changes"]
    assert change["risks"] == ["revert-reboots"]
    assert change["granted"] == [
        {
            "name": "fw1-foraar",
            "risk": "revert-reboots",
            "owner": "Netværk Midt",
            "reason": "Anden firewall tager trafikken, mens denne genstarter.",
            "expires_on": "2027-03-10",
        }
    ]
    assert made.plan.digest != other.plan.digest
    assert fortigate.written() == []


def test_what_may_not_be_risked_now_is_refused_before_anything_is_tried(fortigate: FortiGate) -> None:
    fortigate.grant(OVERRIDE)
    with fortigate.at(IN_WINDOW) as programme:
        made = fortigate.plan(programme)
    before, sent = fortigate.twin.state(), fortigate.twin.transcript()
    for now, told in (
        (ON_MONDAY, "no change window is open; the next one is Sat 2027-03-13 22:00 to Sun 2027-03-14 05:00"),
        (AT_ITS_END, "after the change window ends at Sun 2027-03-07 05:00; the next one is Sat 2027-03-13"),
        (A_WEEK_LATER, "the override fw1-foraar of the risk revert-reboots ends or ended on 2027-03-10"),
    ):
        with fortigate.at(now) as programme:
            outcome, why = fortigate.outcome(programme, made)
            assert (outcome, told in why) == ("refused", True), why
            assert fortigate.uses(programme) == []
    # What was asked for while planning is all that it ever heard.
    assert (fortigate.twin.state(), fortigate.twin.transcript()) == (before, sent)


def test_a_granted_change_is_applied_in_the_window_and_its_override_is_in_the_journal(
    fortigate: FortiGate,
) -> None:
    fortigate.grant(OVERRIDE)
    with fortigate.at(IN_WINDOW) as programme:
        made = fortigate.plan(programme)
        assert fortigate.outcome(programme, made)[0] == "confirmed"
        [(why, use)] = fortigate.uses(programme)
    true = fortigate.twin.state()
    assert (true.commits, true.reverts, true.pending, true.startup == true.running) == (1, 0, None, True)
    assert why == "Anden firewall tager trafikken, mens denne genstarter."
    assert use == {
        "name": "fw1-foraar",
        "risk": "revert-reboots",
        "owner": "Netværk Midt",
        "expires_on": "2027-03-10",
        "until": "2027-03-07T04:00:00+00:00",
    }
    with fortigate.at(IN_WINDOW) as programme, pytest.raises(NothingToDo):
        fortigate.plan(programme)
