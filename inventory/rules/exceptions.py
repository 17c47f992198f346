"""Exceptions: granted deviations and granted risks name devices that exist."""

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


def override_names_devices(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find risk overrides for devices that the municipality does not have."""
    known = frozenset(device.name for device in town.devices)
    for index, override in enumerate(town.risk_overrides):
        for number, name in enumerate(override.devices):
            if name not in known:
                yield Finding(
                    rule="override-device",
                    path=(*at, "risk_overrides", index, "devices", number),
                    message=f"the risk override '{override.name}' names {name}, which does not exist",
                    action=suggest(name, tuple(known)),
                )
