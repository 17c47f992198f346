"""The site values that controls need, and how they follow from the inventory."""

import json
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from compliance.errors import ContextInvalid, MissingContext, UnknownDevice
from devices.facts import interface_key
from inventory.models import DeviceRole, FirewallCluster, MunicipalityInventory, VLANId, VLANRange


def _vlan_list(value: object) -> object:
    """Accept a list of VLAN numbers where a range such as ``10,20-30`` is asked for."""
    if isinstance(value, list | tuple) and all(isinstance(one, int | str) for one in value):
        return ",".join(str(one) for one in value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _lower(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(one.lower() if isinstance(one, str) else one for one in value)
    return value


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


ServerRole = Literal["server", "jump-host"]

Servers = Annotated[tuple[str, ...], BeforeValidator(_lower)]
Interfaces = Annotated[
    tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
]


class DeviceContext(BaseModel):
    """What one device's site intends; a value that is missing makes exactly the controls that need it ERROR.

    ``sensor_port`` null says that no sensor hangs on this device, and an empty ``inside_links`` or
    ``outside_links`` that no link of the firewall ends here; where those two are not given, the uplinks are
    what the mirror must copy. ``login_user`` is who logs in to change the device.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    role: DeviceRole | ServerRole | None = None
    management_interface: str | None = None
    management_prefixes: tuple[IPv4Network, ...] | None = None
    controller_addresses: tuple[IPv4Address, ...] | None = None
    ntp_servers: Servers | None = None
    log_servers: Servers | None = None
    aaa_servers: Servers | None = None
    break_glass_user: str | None = None
    login_user: str | None = None
    parking_vlan: VLANId | None = None
    native_vlan: VLANId | None = None
    user_vlans: Annotated[VLANRange | None, BeforeValidator(_vlan_list)] = None
    uplinks: Interfaces | None = None
    sensor_port: str | None = None
    inside_links: Interfaces | None = None
    outside_links: Interfaces | None = None
    guest_zones: Interfaces | None = None
    guest_vlans: Annotated[tuple[VLANId, ...] | None, BeforeValidator(_tuple)] = None
    login_banner: str | None = None
    internet_facing: bool | None = None

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the context that a JSON or YAML text holds.

        Raises:
            ContextInvalid: it is neither, or a key or value is not one of a context.
        """
        try:
            # YAML holds JSON; the detour over JSON gives every value the type that the model is strict about.
            return cls.model_validate_json(json.dumps(yaml.safe_load(text), default=str))
        except yaml.YAMLError as error:
            raise ContextInvalid(f"the context is neither JSON nor YAML: {error}") from error
        except ValidationError as error:
            details = "; ".join(
                f"{'.'.join(str(part) for part in one['loc']) or 'the text'}: {one['msg']}"
                for one in error.errors()
            )
            raise ContextInvalid(f"the context cannot be read: {details}") from error

    def needed_role(self) -> DeviceRole | ServerRole:
        """Return the role, or raise MissingContext."""
        if self.role is None:
            raise MissingContext("role")
        return self.role

    def needed_servers(self, kind: str) -> tuple[str, ...]:
        """Return the ``ntp``, ``log`` or ``aaa`` servers, or raise MissingContext."""
        servers = {"ntp": self.ntp_servers, "log": self.log_servers, "aaa": self.aaa_servers}[kind]
        if not servers:
            raise MissingContext(f"{kind}_servers")
        return servers

    def needed_management_prefixes(self) -> tuple[IPv4Network, ...]:
        """Return from where devices may be managed, or raise MissingContext."""
        if not self.management_prefixes:
            raise MissingContext("management_prefixes")
        return self.management_prefixes

    def needed_parking_vlan(self) -> int:
        """Return the VLAN of unused ports, or raise MissingContext."""
        if self.parking_vlan is None:
            raise MissingContext("parking_vlan")
        return self.parking_vlan

    def needed_user_vlans(self) -> str:
        """Return the VLANs of users, or raise MissingContext."""
        if self.user_vlans is None:
            raise MissingContext("user_vlans")
        return self.user_vlans

    def needed_uplinks(self) -> tuple[str, ...]:
        """Return the uplinks, or raise MissingContext."""
        if self.uplinks is None:
            raise MissingContext("uplinks")
        return self.uplinks

    def needed_guest_zones(self) -> tuple[str, ...]:
        """Return the zones of guests, none where the site has no guests, or raise MissingContext."""
        if self.guest_zones is None:
            raise MissingContext("guest_zones")
        return self.guest_zones

    def needed_guest_vlans(self) -> tuple[int, ...]:
        """Return the VLANs of guests, none where the site has no guests, or raise MissingContext."""
        if self.guest_vlans is None:
            raise MissingContext("guest_vlans")
        return self.guest_vlans

    def needed_sensor_port(self) -> str | None:
        """Return the sensor's port, None where the site has none on this device, or raise MissingContext."""
        if self.sensor_port is None and "sensor_port" not in self.model_fields_set:
            raise MissingContext("sensor_port")
        return self.sensor_port


def context_for(device_name: str, municipality: MunicipalityInventory) -> DeviceContext:
    """Return what the inventory of a municipality intends for one device.

    Raises:
        UnknownDevice: the municipality has no device of that name.
    """
    device = next((one for one in municipality.devices if one.name == device_name), None)
    if device is None:
        name = municipality.municipality.name
        raise UnknownDevice(
            f"{device_name} is not in the inventory of {name}; check the name or add the device"
        )
    hardening = municipality.municipality.hardening
    return DeviceContext(
        role=device.role,
        management_interface=device.management_interface,
        management_prefixes=hardening.management_prefixes or None,
        ntp_servers=tuple(str(one) for one in hardening.ntp_servers) or None,
        log_servers=tuple(str(one) for one in hardening.log_servers) or None,
        aaa_servers=tuple(str(one) for one in hardening.aaa_servers) or None,
        break_glass_user=hardening.break_glass_user,
        parking_vlan=hardening.parking_vlan,
        native_vlan=hardening.native_vlan,
        user_vlans=hardening.user_vlans,
        uplinks=tuple(one.name for one in device.interfaces if one.role == "uplink"),
        sensor_port=_sensor_port(device_name, municipality),
        inside_links=_firewall_links(device_name, municipality, inside=True),
        outside_links=_firewall_links(device_name, municipality, inside=False),
        guest_zones=hardening.guest_zones,
        guest_vlans=_guest_vlans(municipality),
        login_banner=hardening.login_banner,
    )


def _guest_vlans(municipality: MunicipalityInventory) -> tuple[int, ...] | None:
    """Return the VLANs whose zone is one of guests."""
    zones = municipality.municipality.hardening.guest_zones
    if zones is None:
        return None
    return tuple(one.vlan_id for one in municipality.vlans if one.zone in zones)


def _sensor_port(device_name: str, municipality: MunicipalityInventory) -> str | None:
    for sensor in municipality.sensors:
        for end in (sensor.inside_port, sensor.outside_port):
            if end is not None and end.partition(":")[0] == device_name:
                return end.partition(":")[2]
    device = next(one for one in municipality.devices if one.name == device_name)
    return next((one.name for one in device.interfaces if one.role == "sensor"), None)


def _firewall_links(
    device_name: str, municipality: MunicipalityInventory, *, inside: bool
) -> tuple[str, ...]:
    """Return the ports of the device that a firewall's inside or outside interface is cabled to."""
    wanted = {end for cluster in municipality.firewall_clusters for end in _faces(cluster, inside=inside)}
    found: dict[str, str] = {}
    for end in wanted:
        if end.partition(":")[0] == device_name:
            found[interface_key(end.partition(":")[2])] = end.partition(":")[2]
    for link in municipality.links:
        if link.ends is None:
            continue
        first, second = link.ends
        for near, far in ((first, second), (second, first)):
            if far in wanted and near.partition(":")[0] == device_name:
                found[interface_key(near.partition(":")[2])] = near.partition(":")[2]
    return tuple(found[key] for key in sorted(found))


def _faces(cluster: FirewallCluster, *, inside: bool) -> tuple[str, ...]:
    return cluster.inside if inside else cluster.outside
