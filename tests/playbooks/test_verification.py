"""The verify play asks the device again, and what it sees decides: a change behind the run's back is told."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from lab.models import Fault
from playbooks.service import HostResult, PlaybookHost, PlaybookResult, RunPlace, apply_changes
from tests.playbooks.verb_lines import approved

Between = Callable[[], None]


class TwoDevices:
    """A quick one and a slow one in one batch: the verify play waits for the slow one's change."""

    def __init__(self, benches: Any, host_of_bench: Any) -> None:
        self.quick = benches.start("junos", factor=1.0)
        self.slow = benches.start("eos", factor=1.0)
        self.hosts: tuple[PlaybookHost, ...] = (host_of_bench(self.quick), host_of_bench(self.slow))
        self.slow.twin.switch_fault(Fault(name="delay", seconds=0.4, times=None))

    def apply(self, place: RunPlace, between: Between, *, check_mode: bool = False) -> PlaybookResult:
        """Harden both; something happens as soon as the quick one's result is there."""
        benches = {self.hosts[0].name: self.quick, self.hosts[1].name: self.slow}
        changes = tuple(
            approved("harden", host, benches[host.name].twin.state().running) for host in self.hosts
        )

        def progress(result: HostResult) -> None:
            if result.device == self.hosts[0].name:
                between()

        return apply_changes(self.hosts, changes, place, check_mode=check_mode, progress=progress)


@pytest.fixture
def devices(benches: Any, host_of_bench: Any) -> TwoDevices:
    return TwoDevices(benches, host_of_bench)


def test_what_somebody_changes_right_after_the_run_is_told(devices: TwoDevices, place: RunPlace) -> None:
    def behind_its_back() -> None:
        devices.quick.twin.console(("set system host-name somebody-else",))

    result = devices.apply(place, behind_its_back)

    quick, slow = result.hosts
    assert (result.status, quick.state, slow.state) == ("failed", "failed", "ok")
    assert quick.change is not None
    assert (quick.change.outcome, quick.changed) == ("confirmed", True)
    assert quick.message == (
        "confirmed: committed, checked on a fresh connection, confirmed and saved; afterwards: "
        f"{quick.device}: its running configuration is not what the change left; look at the device"
    )


def test_a_device_that_changed_in_check_mode_is_told(devices: TwoDevices, place: RunPlace) -> None:
    """Somebody applies the very lines while nothing was to be changed: the difference is another one now."""

    def the_lines_themselves() -> None:
        devices.quick.twin.console(("delete system services telnet",))

    result = devices.apply(place, the_lines_themselves, check_mode=True)

    quick, slow = result.hosts
    assert (result.status, quick.state, slow.state) == ("failed", "failed", "ok")
    assert "nothing was to be changed, and the device computes another difference now" in quick.message


def test_a_change_that_nobody_saw_afterwards_is_lost(devices: TwoDevices, place: RunPlace) -> None:
    """Ansible is killed between the change and the look at it."""

    def kill_the_runner() -> None:
        pid = (place.folder / "batch-001" / "runner.pid").read_text(encoding="ascii")
        os.kill(int(pid), signal.SIGKILL)

    result = devices.apply(place, kill_the_runner)

    quick = result.hosts[0]
    assert (result.status, quick.state, quick.changed) == ("failed", "lost", True)
    assert quick.change is not None
    assert quick.change.outcome == "confirmed"
    assert quick.message.endswith("nobody saw it afterwards; collect the device and look at it")
