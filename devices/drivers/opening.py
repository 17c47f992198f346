"""Choose the driver of a platform; libraries are imported only when a device of their kind is opened."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Final, cast

from devices.driver import DeviceDriver
from devices.models import DeviceTarget, Platform

_CLASSES: Final[dict[Platform, tuple[str, str]]] = {
    "ios": ("devices.drivers.ios_driver", "IOSDriver"),
    "eos": ("devices.drivers.eos_driver", "EOSDriver"),
    "junos": ("devices.drivers.junos_driver", "JunosDriver"),
    "fortios": ("devices.drivers.fortios_driver", "FortiOSDriver"),
    "aoscx": ("devices.drivers.aoscx_driver", "AOSCXDriver"),
    "panos": ("devices.drivers.panos_driver", "PANOSDriver"),
    "nxos": ("devices.drivers.nxos_driver", "NXOSDriver"),
}
"""Where the driver of each platform is; its libraries are loaded with it."""


def driver_for(target: DeviceTarget) -> DeviceDriver:
    """Return a driver object for a target, not yet opened."""
    return _driver_class(target.platform)(target)


def load_drivers(platforms: Iterable[Platform]) -> None:
    """Load what the drivers of platforms need, before a process divides itself for many devices."""
    for platform in platforms:
        _driver_class(platform)


def _driver_class(platform: Platform) -> Callable[[DeviceTarget], DeviceDriver]:
    module, name = _CLASSES[platform]
    return cast("Callable[[DeviceTarget], DeviceDriver]", getattr(import_module(module), name))


@contextmanager
def session(target: DeviceTarget) -> Iterator[DeviceDriver]:
    """Open a fresh session and close it again."""
    driver = driver_for(target)
    driver.open()
    try:
        yield driver
    finally:
        driver.close()
