"""Look up the ends of cables in one municipality."""

from inventory.models import Interface, MunicipalityInventory


def interface_of(town: MunicipalityInventory, end: str) -> Interface | None:
    """Return the interface that ``device:interface`` names, if it exists."""
    name, _, interface = end.partition(":")
    return next(
        (
            port
            for device in town.devices
            if device.name == name
            for name_of_port, port in device.ports()
            if name_of_port == interface
        ),
        None,
    )
