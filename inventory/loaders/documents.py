"""The files of an inventory folder as people write them; the JSON Schema for editors comes from here.

They are the inventory's own models, except where people write less: access ports as ranges.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from inventory.models import (
    VLAN,
    Application,
    Centre,
    ControlException,
    CostBaseline,
    Device,
    FirewallCluster,
    Freeze,
    Interface,
    Link,
    MaintenanceWindow,
    Model,
    Municipality,
    RoutingDomain,
    Scope,
    Sensor,
    SensorFeed,
    Server,
    Site,
    Slug,
    Zone,
)

_RANGE = re.compile(r"^(?P<stem>[A-Za-z]+|.*/)(?P<first>\d+)-(?P<last>\d+)$")
_RANGE_ROLES = ("access", "unused")
_LONGEST_RANGE = 128

InterfaceRange = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z][A-Za-z0-9/._:-]*$",
        max_length=64,
        description="Interface name in full, or a range of access ports such as GigabitEthernet1/0/1-8",
    ),
]


class RootDocument(Model):
    """samdrift.yaml: what this folder is."""

    schema_version: Literal[1] = Field(alias="schema", description="The form of these files")
    scope: Scope = Field(description="What the folder covers; rules about the whole country need national")
    name: Slug


class CentreDocument(Centre):
    """centres/NAME.yaml: a centre and the routing domains it owns."""

    routing_domains: tuple[RoutingDomain, ...] = ()

    def centre(self) -> Centre:
        """Return the centre itself."""
        return Centre.model_construct(**{name: getattr(self, name) for name in Centre.model_fields})


class InterfaceDocument(Interface):
    """An interface, or a range of access ports that are all alike."""

    name: InterfaceRange

    @model_validator(mode="after")
    def _range_is_of_like_ports(self) -> Self:
        match = _RANGE.match(self.name)
        if match is None:
            return self
        if self.role not in _RANGE_ROLES:
            msg = f"a range is for access and unused ports; write {self.role} ports one by one"
            raise ValueError(msg)
        span = int(match["last"]) - int(match["first"])
        if not 0 < span < _LONGEST_RANGE:
            msg = f"the range {self.name} must run upwards over at most {_LONGEST_RANGE} ports"
            raise ValueError(msg)
        return self

    def interfaces(self) -> Iterator[Interface]:
        """Return each interface that this line stands for."""
        values = {name: getattr(self, name) for name in Interface.model_fields}
        match = _RANGE.match(self.name)
        if match is None:
            yield Interface.model_construct(**values)
            return
        for number in range(int(match["first"]), int(match["last"]) + 1):
            yield Interface.model_construct(**(values | {"name": f"{match['stem']}{number}"}))


class DeviceDocument(Device):
    """A device whose access ports may be written as ranges."""

    interfaces: tuple[InterfaceDocument, ...] = Field(min_length=1)

    def device(self) -> tuple[Device, tuple[int, ...]]:
        """Return the device with every port, and for each port the line it came from."""
        interfaces: list[Interface] = []
        lines: list[int] = []
        for line, document in enumerate(self.interfaces):
            for interface in document.interfaces():
                interfaces.append(interface)
                lines.append(line)
        values = {name: getattr(self, name) for name in Device.model_fields}
        return Device.model_construct(**(values | {"interfaces": tuple(interfaces)})), tuple(lines)


class RoutingDomainsDocument(Model):
    """routing-domains.yaml: where an address is unique."""

    routing_domains: tuple[RoutingDomain, ...] = ()


class SitesDocument(Model):
    """sites.yaml: places with network gear."""

    sites: tuple[Site, ...] = ()


class VLANsDocument(Model):
    """vlans.yaml: zones and the VLANs in them."""

    zones: tuple[Zone, ...] = ()
    vlans: tuple[VLAN, ...] = ()


class DevicesDocument(Model):
    """devices.yaml: switches, routers and firewalls with their ports."""

    devices: tuple[DeviceDocument, ...] = ()


class LinksDocument(Model):
    """links.yaml: cables between interfaces."""

    links: tuple[Link, ...] = ()


class FirewallsDocument(Model):
    """firewalls.yaml: firewall clusters with inside and outside."""

    firewall_clusters: tuple[FirewallCluster, ...] = ()


class SensorsDocument(Model):
    """sensors.yaml: network sensors and what they deliver to whom."""

    sensors: tuple[Sensor, ...] = ()
    sensor_feeds: tuple[SensorFeed, ...] = ()


class ServersDocument(Model):
    """servers.yaml: applications and the servers that carry them."""

    applications: tuple[Application, ...] = ()
    servers: tuple[Server, ...] = ()


class WindowsDocument(Model):
    """windows.yaml: when changes are allowed and when they are not."""

    maintenance_windows: tuple[MaintenanceWindow, ...] = ()
    freezes: tuple[Freeze, ...] = ()


class EconomyDocument(Model):
    """economy.yaml: the signed cost baselines."""

    cost_baselines: tuple[CostBaseline, ...] = ()


class ExceptionsDocument(Model):
    """exceptions.yaml: granted deviations from controls."""

    exceptions: tuple[ControlException, ...] = ()


MUNICIPALITY_FILES: dict[str, type[Model]] = {
    "municipality.yaml": Municipality,
    "routing-domains.yaml": RoutingDomainsDocument,
    "sites.yaml": SitesDocument,
    "vlans.yaml": VLANsDocument,
    "devices.yaml": DevicesDocument,
    "links.yaml": LinksDocument,
    "firewalls.yaml": FirewallsDocument,
    "sensors.yaml": SensorsDocument,
    "servers.yaml": ServersDocument,
    "windows.yaml": WindowsDocument,
    "economy.yaml": EconomyDocument,
    "exceptions.yaml": ExceptionsDocument,
}
