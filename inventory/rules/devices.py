"""Devices: each stands at a site and is managed through a port that it has."""

from collections import Counter
from collections.abc import Iterator

from inventory.models import MunicipalityInventory
from inventory.violations import Finding, ModelPath, suggest


def site_defined(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find devices at a site that is not defined."""
    known = frozenset(site.name for site in town.sites)
    for index, device in enumerate(town.devices):
        if device.site not in known:
            yield Finding(
                rule="site-undefined",
                path=(*at, "devices", index, "site"),
                message=f"the site '{device.site}' of {device.name} is not defined",
                action=suggest(device.site, tuple(known)),
            )


def management_interface_exists(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find devices whose management port is missing, is something else or has another address."""
    for index, device in enumerate(town.devices):
        here: ModelPath = (*at, "devices", index)
        port = next((one for one in device.interfaces if one.name == device.management_interface), None)
        if port is None:
            names = tuple(one for one, _ in device.ports())
            yield Finding(
                rule="management-interface",
                path=(*here, "management_interface"),
                message=f"{device.name} has no interface {device.management_interface}",
                action=suggest(device.management_interface, names),
            )
            continue
        if port.role != "management":
            yield Finding(
                rule="management-interface",
                path=(*here, "management_interface"),
                message=f"{port.name} of {device.name} has the role {port.role}",
                action="give it the role management, or name the interface that has it",
            )
        if port.address is None or port.address.ip != device.management_address:
            yield Finding(
                rule="management-interface",
                path=(*here, "management_address"),
                message=f"{device.management_address} is not the address of {port.name} of {device.name}",
                action="write the same address at the interface and as management_address",
            )


def redundancy_group_has_members(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find devices that are alone in their pair or stack: a name that was mistyped guards nobody."""
    members = Counter(device.redundancy_group for device in town.devices)
    for index, device in enumerate(town.devices):
        group = device.redundancy_group
        if group is not None and members[group] == 1:
            others = tuple(str(one) for one in members if one not in {None, group})
            yield Finding(
                rule="redundancy-group",
                path=(*at, "devices", index, "redundancy_group"),
                message=f"{device.name} is alone in the redundancy group '{group}'",
                action=suggest(group, others) if others else "name the group at its other members, too",
            )
