"""The points of a change at which something may go wrong, told by a driver that is passed through."""

from collections.abc import Callable
from typing import Final, Literal, Protocol, get_args

from devices.driver import DeviceDriver
from devices.drivers.opening import driver_for
from devices.models import DeviceTarget, Neighbour, ShowOutput

Point = Literal[
    "before-login",
    "before-stage",
    "inside-stage",
    "before-diff",
    "before-commit",
    "inside-commit",
    "after-commit",
    "in-window",
    "before-confirm",
    "inside-confirm",
    "after-confirm",
]
POINTS: Final[tuple[Point, ...]] = get_args(Point)


class Course(Protocol):
    """Who is told where a change is."""

    def reach(self, point: Point) -> None:
        """A point is reached."""

    def begin(self, point: Point) -> None:
        """What has an inside begins."""

    def end(self, point: Point) -> None:
        """It has ended, well or not."""


class Opener:
    """Opens the true drivers of a change; the first of them, the one that commits, tells where it is."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._opened = 0

    def __call__(self, target: DeviceTarget) -> DeviceDriver:
        """Return a driver, not yet opened."""
        self._opened += 1
        driver = driver_for(target)
        return ToldDriver(driver, self._course) if self._opened == 1 else driver


class ToldDriver:
    """A driver that does nothing but tell where it is and pass every call on."""

    def __init__(self, driver: DeviceDriver, course: Course) -> None:
        self._driver = driver
        self._course = course

    def open(self) -> None:
        """Pass on."""
        self._course.reach("before-login")
        self._driver.open()

    def close(self) -> None:
        """Pass on."""
        self._driver.close()

    def running(self) -> str:
        """Pass on."""
        return self._driver.running()

    def startup(self) -> str:
        """Pass on."""
        return self._driver.startup()

    def full(self) -> str:
        """Pass on."""
        return self._driver.full()

    def neighbours(self) -> tuple[Neighbour, ...]:
        """Pass on."""
        return self._driver.neighbours()

    def show(self, commands: tuple[str, ...]) -> tuple[ShowOutput, ...]:
        """Pass on."""
        return self._driver.show(commands)

    def stage(self, lines: str) -> None:
        """Pass on."""
        self._course.reach("before-stage")
        self._inside("inside-stage", lambda: self._driver.stage(lines))

    def diff(self) -> str:
        """Pass on."""
        self._course.reach("before-diff")
        return self._driver.diff()

    def discard(self) -> None:
        """Pass on."""
        self._driver.discard()

    def commit(self, *, revert_after_seconds: int) -> None:
        """Pass on."""
        self._course.reach("before-commit")
        self._inside("inside-commit", lambda: self._driver.commit(revert_after_seconds=revert_after_seconds))
        self._course.reach("after-commit")

    def has_pending_commit(self) -> bool:
        """Pass on."""
        return self._driver.has_pending_commit()

    def owns_pending_commit(self) -> bool:
        """Pass on."""
        return self._driver.owns_pending_commit()

    def confirm(self) -> None:
        """Pass on."""
        self._course.reach("before-confirm")
        self._inside("inside-confirm", self._driver.confirm)
        self._course.reach("after-confirm")

    def save(self) -> None:
        """Pass on."""
        self._driver.save()

    def roll_back(self) -> None:
        """Pass on."""
        self._driver.roll_back()

    def _inside(self, point: Point, call: Callable[[], None]) -> None:
        self._course.begin(point)
        try:
            call()
        finally:
            self._course.end(point)
