"""Collect what a device says about itself: configurations, neighbours, show output; raw and unjudged."""

from devices.clock import Clock, SystemClock
from devices.driver import DeviceDriver
from devices.drivers.opening import session
from devices.models import Collection, DeviceTarget
from devices.profiles import PROFILES


def collect(target: DeviceTarget, *, clock: Clock | None = None) -> Collection:
    """Collect from a device over a session of its own.

    Raises:
        DeviceError: it could not be reached, refused the login, or an answer could not be read.

    """
    with session(target) as driver:
        return collect_from(driver, target, clock or SystemClock())


def collect_from(driver: DeviceDriver, target: DeviceTarget, clock: Clock) -> Collection:
    """Collect over a session that is open already."""
    return Collection(
        device=target.device,
        platform=target.platform,
        collected_at=clock.now(),
        running=driver.running(),
        startup=driver.startup(),
        shows=driver.show(PROFILES[target.platform].show_commands),
        neighbours=driver.neighbours(),
    )
