"""Choose the driver of a platform; libraries are imported only when a device of their kind is opened."""

from collections.abc import Iterator
from contextlib import contextmanager

from devices.driver import DeviceDriver
from devices.models import DeviceTarget


def driver_for(target: DeviceTarget) -> DeviceDriver:
    """Return a driver object for a target, not yet opened."""
    if target.platform == "ios":
        from devices.drivers.ios_driver import IOSDriver  # noqa: PLC0415 - loads netmiko only where it is used

        return IOSDriver(target)
    if target.platform == "eos":
        from devices.drivers.eos_driver import EOSDriver  # noqa: PLC0415 - loads pyeapi only where it is used

        return EOSDriver(target)
    if target.platform == "fortios":
        from devices.drivers.fortios_driver import (  # noqa: PLC0415 - loads requests only where it is used
            FortiOSDriver,
        )

        return FortiOSDriver(target)
    if target.platform == "aoscx":
        from devices.drivers.aoscx_driver import (  # noqa: PLC0415 - loads netmiko only where it is used
            AOSCXDriver,
        )

        return AOSCXDriver(target)
    from devices.drivers.junos_driver import JunosDriver  # noqa: PLC0415 - loads PyEZ only where it is used

    return JunosDriver(target)


@contextmanager
def session(target: DeviceTarget) -> Iterator[DeviceDriver]:
    """Open a fresh session and close it again."""
    driver = driver_for(target)
    driver.open()
    try:
        yield driver
    finally:
        driver.close()
