"""Collect what a device says about itself: configurations, neighbours, show output; raw and unjudged."""

from devices.clock import Clock, SystemClock
from devices.driver import DeviceDriver
from devices.drivers.opening import session
from devices.errors import CommandRefused
from devices.evidence_commands import evidence_commands
from devices.models import Collection, DeviceTarget, ShowOutput
from devices.profiles import PROFILES


def collect(target: DeviceTarget, *, clock: Clock | None = None) -> Collection:
    """Collect from a device over a session of its own.

    Raises:
        DeviceError: it could not be reached, refused the login, or an answer could not be read.

    """
    with session(target) as driver:
        return collect_from(driver, target, clock or SystemClock())


def collect_evidence(target: DeviceTarget, *, clock: Clock | None = None) -> Collection:
    """Collect what a device is judged by: as ``collect``, with its full form and operational outputs.

    A command that the device does not take is kept with its refusal; a control that needs it is an ERROR.

    Raises:
        DeviceError: it could not be reached, refused the login, or an answer could not be read.

    """
    with session(target) as driver:
        plain = collect_from(driver, target, clock or SystemClock())
        asked = evidence_commands(target.platform)
        shows = {one.command: one for one in plain.shows}
        refused: list[ShowOutput] = []
        for command in asked.shows:
            if command in shows:
                continue
            try:
                [shows[command]] = driver.show((command,))
            except CommandRefused as error:
                refused.append(ShowOutput(command=command, text=error.reason))
        if asked.full is not None:
            shows[asked.full] = ShowOutput(command=asked.full, text=driver.full())
        return plain.model_copy(update={"shows": tuple(shows.values()), "refused": tuple(refused)})


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
