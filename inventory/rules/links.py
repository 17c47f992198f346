"""Links: both ends exist, and an interface takes one cable."""

from collections.abc import Iterator

from inventory.models import MunicipalityInventory
from inventory.violations import Finding, ModelPath, suggest


def link_end_exists(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find links to a device or interface that does not exist or is said to be unused."""
    ports_of = {device.name: dict(device.ports()) for device in town.devices}
    for end, path in _ends(town, at):
        name, _, interface = end.partition(":")
        ports = ports_of.get(name)
        if ports is None:
            yield Finding(
                rule="link-end",
                path=path,
                message=f"the link ends at the device {name}, which does not exist",
                action=suggest(name, tuple(ports_of)),
            )
            continue
        port = ports.get(interface)
        if port is None:
            yield Finding(
                rule="link-end",
                path=path,
                message=f"the link ends at {interface}, which {name} does not have",
                action=suggest(interface, tuple(ports)),
            )
        elif port.role == "unused":
            yield Finding(
                rule="link-end",
                path=path,
                message=f"the link ends at {end}, which is said to be unused",
                action="give the interface its role in devices.yaml, or remove the link",
            )


def link_end_used_twice(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find interfaces with two cables."""
    first: dict[str, ModelPath] = {}
    for end, path in _ends(town, at):
        earlier = first.setdefault(end, path)
        if earlier != path:
            yield Finding(
                rule="link-end-twice",
                path=path,
                message=f"a link already ends at {end}",
                action="correct one of the two links",
                related=(earlier,),
            )


def _ends(town: MunicipalityInventory, at: ModelPath) -> Iterator[tuple[str, ModelPath]]:
    for index, link in enumerate(town.links):
        here: ModelPath = (*at, "links", index)
        if link.ends is not None:
            for number, end in enumerate(link.ends):
                yield end, (*here, "ends", number)
        elif link.end is not None:
            yield link.end, (*here, "end")
