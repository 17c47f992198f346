"""A change in a process of its own, which is killed at one point of it."""

import multiprocessing
import os
import signal
import tempfile
import threading
from pathlib import Path
from typing import Final

from devices.change_lock import FileChangeLock
from devices.models import Collection, DeviceTarget, PostCheckFailure
from devices.service import ApprovedChange, apply_change
from tests.fault_run.points import Opener, Point

PRELOADED: Final = (
    "devices.drivers.aoscx_driver",
    "devices.drivers.eos_driver",
    "devices.drivers.fortios_driver",
    "devices.drivers.ios_driver",
    "devices.drivers.junos_driver",
    "tests.fault_run.trial",
)
_LONGEST_SECONDS: Final = 120.0


class KillCourse:
    """Kills its own process at a point, or so many seconds inside it."""

    def __init__(self, point: Point, delay_seconds: float) -> None:
        self._point = point
        self._delay_seconds = delay_seconds

    def reach(self, point: Point) -> None:
        """Kill at a point that has no inside."""
        if point == self._point:
            _kill()

    def begin(self, point: Point) -> None:
        """Kill inside."""
        if point == self._point:
            threading.Timer(self._delay_seconds, _kill).start()

    def end(self, point: Point) -> None:
        """Kill now at the latest."""
        if point == self._point:
            _kill()


def run_until_killed(target: DeviceTarget, plan: ApprovedChange, course: KillCourse) -> bool:
    """Make a change in a process that kills itself, and return whether it did."""
    context = multiprocessing.get_context("forkserver")
    with tempfile.TemporaryDirectory(prefix="fault-run-") as folder:
        process = context.Process(target=_change, args=(target, plan, course, folder), daemon=False)
        process.start()
        process.join(_LONGEST_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            return False
        return process.exitcode == -signal.SIGKILL


def _change(target: DeviceTarget, plan: ApprovedChange, course: KillCourse, folder: str) -> None:
    # Only the run itself is interrupted by a person; it waits for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def in_window(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
        course.reach("in-window")
        return ()

    apply_change(target, plan, lock=FileChangeLock(Path(folder)), post_check=in_window, opener=Opener(course))


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
