"""The frozen models of the inventory: what exists in a municipality and what is intended for it.

One word per idea, taken from the field. Every model refuses unknown keys and coercion, collections are
tuples, times are aware. Cross-object rules (a link whose end does not exist, a name used twice) live in
``inventory.rules``; a model only says what can be said about one object.
"""

from pydantic import Field

from inventory.models.base import (
    ChangeRisk,
    CredentialReference,
    Hostname,
    HypervisorURI,
    InterfaceName,
    LinkEnd,
    Model,
    Phase,
    Scope,
    Slug,
    VLANId,
    VLANRange,
)
from inventory.models.network import (
    RANGE_ROLES,
    VLAN,
    Device,
    DeviceRole,
    Interface,
    InterfaceRole,
    Link,
    Platform,
    PublicRange,
    RoutingDomain,
    Sensitivity,
    Site,
    Weakness,
    Zone,
)
from inventory.models.programme import (
    WEEKDAYS,
    Centre,
    ChangeTime,
    Contact,
    CostBaseline,
    Freeze,
    HardeningContext,
    MaintenanceWindow,
    Municipality,
    Weekday,
)
from inventory.models.security import (
    Approver,
    ControlException,
    FirewallCluster,
    RiskOverride,
    Sensor,
    SensorFeed,
)
from inventory.models.servers import (
    Application,
    Criticality,
    Disk,
    Environment,
    NetworkAdapter,
    Server,
    ServiceCheck,
)

__all__ = [
    "RANGE_ROLES",
    "VLAN",
    "WEEKDAYS",
    "Application",
    "Approver",
    "Centre",
    "ChangeRisk",
    "ChangeTime",
    "Contact",
    "ControlException",
    "CostBaseline",
    "CredentialReference",
    "Criticality",
    "Device",
    "DeviceRole",
    "Disk",
    "Environment",
    "FirewallCluster",
    "Freeze",
    "HardeningContext",
    "Hostname",
    "HypervisorURI",
    "Interface",
    "InterfaceName",
    "InterfaceRole",
    "Inventory",
    "Link",
    "LinkEnd",
    "MaintenanceWindow",
    "Model",
    "Municipality",
    "MunicipalityInventory",
    "NetworkAdapter",
    "Phase",
    "Platform",
    "PublicRange",
    "RiskOverride",
    "RoutingDomain",
    "Scope",
    "Sensitivity",
    "Sensor",
    "SensorFeed",
    "Server",
    "ServiceCheck",
    "Site",
    "Slug",
    "VLANId",
    "VLANRange",
    "Weakness",
    "Weekday",
    "Zone",
]


class MunicipalityInventory(Model):
    """Everything in one municipality's folder."""

    municipality: Municipality
    routing_domains: tuple[RoutingDomain, ...] = ()
    public_ranges: tuple[PublicRange, ...] = ()
    sites: tuple[Site, ...] = ()
    zones: tuple[Zone, ...] = ()
    vlans: tuple[VLAN, ...] = ()
    devices: tuple[Device, ...] = ()
    links: tuple[Link, ...] = ()
    firewall_clusters: tuple[FirewallCluster, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    sensor_feeds: tuple[SensorFeed, ...] = ()
    applications: tuple[Application, ...] = ()
    servers: tuple[Server, ...] = ()
    maintenance_windows: tuple[MaintenanceWindow, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    cost_baselines: tuple[CostBaseline, ...] = ()
    exceptions: tuple[ControlException, ...] = ()
    risk_overrides: tuple[RiskOverride, ...] = ()


class Inventory(Model):
    """The whole inventory of one folder, as loaded and checked."""

    scope: Scope
    name: Slug | None = None
    centres: tuple[Centre, ...]
    routing_domains: tuple[RoutingDomain, ...] = ()
    municipalities: tuple[MunicipalityInventory, ...] = Field(min_length=1)
    approvers: tuple[Approver, ...] = ()
