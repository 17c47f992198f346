"""The files of an inventory folder as people write them; the JSON Schema for editors comes from here."""

from typing import Literal

from pydantic import Field

from inventory.models import (
    VLAN,
    Application,
    Centre,
    ControlException,
    CostBaseline,
    Device,
    FirewallCluster,
    Freeze,
    Link,
    MaintenanceWindow,
    Model,
    Municipality,
    PublicRange,
    RiskOverride,
    RoutingDomain,
    Scope,
    Sensor,
    SensorFeed,
    Server,
    Site,
    Slug,
    Zone,
)


class RootDocument(Model):
    """samdrift.yaml: what this folder is."""

    schema_version: Literal[1] = Field(alias="schema", description="The form of these files")
    scope: Scope = Field(description="What the folder covers; rules about the whole country need national")
    name: Slug = Field(description="What this inventory is called in reports")


class CentreDocument(Centre):
    """centres/NAME.yaml: a centre and the routing domains it owns."""

    routing_domains: tuple[RoutingDomain, ...] = Field(
        default=(), description="The routing domains that the centre owns"
    )

    def centre(self) -> Centre:
        """Return the centre itself."""
        return Centre.model_construct(**{name: getattr(self, name) for name in Centre.model_fields})


class RoutingDomainsDocument(Model):
    """routing-domains.yaml: where an address is unique."""

    routing_domains: tuple[RoutingDomain, ...] = Field(
        default=(), description="One entry for each space in which an address is unique"
    )


class PublicRangesDocument(Model):
    """public-ranges.yaml: public addresses that the municipality answers for."""

    public_ranges: tuple[PublicRange, ...] = Field(default=(), description="One entry for each public prefix")


class SitesDocument(Model):
    """sites.yaml: places with network gear."""

    sites: tuple[Site, ...] = Field(default=(), description="One entry for each place")


class VLANsDocument(Model):
    """vlans.yaml: zones and the VLANs in them."""

    zones: tuple[Zone, ...] = Field(default=(), description="One entry for each zone")
    vlans: tuple[VLAN, ...] = Field(default=(), description="One entry for each VLAN")


class DevicesDocument(Model):
    """devices.yaml: switches, routers and firewalls with their ports."""

    devices: tuple[Device, ...] = Field(
        default=(), description="One entry for each switch, router and firewall"
    )


class LinksDocument(Model):
    """links.yaml: cables between interfaces."""

    links: tuple[Link, ...] = Field(default=(), description="One entry for each cable")


class FirewallsDocument(Model):
    """firewalls.yaml: firewall clusters with inside and outside."""

    firewall_clusters: tuple[FirewallCluster, ...] = Field(
        default=(), description="One entry for each cluster; a firewall that stands alone is one too"
    )


class SensorsDocument(Model):
    """sensors.yaml: network sensors and what they deliver to whom."""

    sensors: tuple[Sensor, ...] = Field(default=(), description="One entry for each sensor")
    sensor_feeds: tuple[SensorFeed, ...] = Field(
        default=(), description="One entry for each recipient of a sensor"
    )


class ServersDocument(Model):
    """servers.yaml: applications and the servers that carry them."""

    applications: tuple[Application, ...] = Field(
        default=(), description="One entry for each service that people use"
    )
    servers: tuple[Server, ...] = Field(default=(), description="One entry for each virtual machine")


class WindowsDocument(Model):
    """windows.yaml: when changes are allowed and when they are not."""

    maintenance_windows: tuple[MaintenanceWindow, ...] = Field(
        default=(), description="When changes are allowed"
    )
    freezes: tuple[Freeze, ...] = Field(default=(), description="When changes are forbidden")


class EconomyDocument(Model):
    """economy.yaml: the signed cost baselines."""

    cost_baselines: tuple[CostBaseline, ...] = Field(default=(), description="One entry for each year")


class ExceptionsDocument(Model):
    """exceptions.yaml: granted deviations from controls, and granted risks of changes."""

    exceptions: tuple[ControlException, ...] = Field(
        default=(), description="One entry for each granted deviation"
    )
    risk_overrides: tuple[RiskOverride, ...] = Field(
        default=(), description="One entry for each granted risk; without one such a device is not changed"
    )


MUNICIPALITY_FILES: dict[str, type[Model]] = {
    "municipality.yaml": Municipality,
    "routing-domains.yaml": RoutingDomainsDocument,
    "public-ranges.yaml": PublicRangesDocument,
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

PROVENANCE_FILE = "provenance.jsonl"
"""Lies beside the files of a municipality and says where imported values came from; it is no part of them."""
