"""The devices of an inventory with their configurations from a folder, which are named as the devices."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from compliance.context import context_for
from compliance.errors import ContextInvalid
from compliance.offline.device_files import DeviceFiles, configurations_in
from devices.models import Platform
from inventory.models import Device, Inventory


def files_of_inventory(
    inventory: Inventory, folder: Path, *, shows: Path | None = None
) -> Iterator[DeviceFiles]:
    """Yield every device of an inventory, by municipality and name.

    One whose configuration is not in the folder is there too: it is an ERROR on every control.

    Raises:
        ContextInvalid: a configuration in the folder is of no device of the inventory.
        OSError: the folder cannot be read.
    """
    found = {path.stem: path for path in configurations_in(folder)}
    known = {device.name for part in inventory.municipalities for device in part.devices}
    strange = sorted(found.keys() - known)
    if strange:
        raise ContextInvalid(
            f"{len(strange)} configurations are of no device in the inventory, such as {strange[0]}; "
            "name them as their devices, or evaluate them with --context"
        )
    for part in inventory.municipalities:
        for device in part.devices:
            context = context_for(device.name, part).model_dump_json(exclude_unset=True)
            yield DeviceFiles(
                device=device.name,
                config=found.get(device.name, folder / f"{device.name}.cfg"),
                context=context.encode(),
                context_name=f"the inventory of {part.municipality.name}",
                platform=_platform(device),
                shows=None if shows is None else shows / device.name,
                exceptions=tuple(one for one in part.exceptions if device.name in one.devices),
            )


def _platform(device: Device) -> Platform | None:
    """Return the platform of a device, None where nothing here reads its configuration."""
    return next((one for one in get_args(Platform) if one == device.platform), None)
