"""Exceptions: a granted deviation names devices that exist."""

from collections.abc import Iterator

from inventory.models import MunicipalityInventory
from inventory.violations import Finding, ModelPath, suggest


def exception_names_devices(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find exceptions for devices that the municipality does not have."""
    known = frozenset(device.name for device in town.devices)
    for index, exception in enumerate(town.exceptions):
        for number, name in enumerate(exception.devices):
            if name not in known:
                yield Finding(
                    rule="exception-device",
                    path=(*at, "exceptions", index, "devices", number),
                    message=f"the exception '{exception.name}' names {name}, which does not exist",
                    action=suggest(name, tuple(known)),
                )
