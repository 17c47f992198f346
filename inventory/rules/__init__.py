"""Rules over several objects: pure functions from the inventory to findings.

A municipality rule looks at one municipality; an inventory rule needs all of them.
"""

from collections.abc import Callable, Iterator

from inventory.models import Inventory, MunicipalityInventory
from inventory.rules.addresses import address_outside_prefix, address_twice, prefixes_overlap
from inventory.rules.centres import centre_count, municipality_without_centre, scope_fits
from inventory.rules.devices import management_interface_exists, site_defined
from inventory.rules.exceptions import exception_names_devices
from inventory.rules.firewalls import cluster_is_whole, firewall_in_one_cluster
from inventory.rules.links import link_end_exists, link_end_used_twice
from inventory.rules.names import name_twice, name_twice_in_municipality
from inventory.rules.routing_domains import routing_domain_defined
from inventory.rules.sensors import feed_carries_its_scope, sensor_owned, sensor_ports_exist
from inventory.rules.servers import dependency_circle, dependency_defined, server_parts_defined
from inventory.rules.vlans import parking_vlan_on_trunk, vlan_defined, zone_defined
from inventory.violations import Finding, ModelPath

MunicipalityRule = Callable[[MunicipalityInventory, ModelPath], Iterator[Finding]]
InventoryRule = Callable[[Inventory], Iterator[Finding]]

MUNICIPALITY_RULES: tuple[MunicipalityRule, ...] = (
    name_twice_in_municipality,
    address_outside_prefix,
    site_defined,
    management_interface_exists,
    link_end_exists,
    link_end_used_twice,
    zone_defined,
    vlan_defined,
    parking_vlan_on_trunk,
    cluster_is_whole,
    firewall_in_one_cluster,
    sensor_owned,
    sensor_ports_exist,
    feed_carries_its_scope,
    server_parts_defined,
    exception_names_devices,
)

INVENTORY_RULES: tuple[InventoryRule, ...] = (
    name_twice,
    scope_fits,
    centre_count,
    municipality_without_centre,
    routing_domain_defined,
    prefixes_overlap,
    address_twice,
    dependency_defined,
    dependency_circle,
)
