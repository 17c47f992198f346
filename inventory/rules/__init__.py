"""Rules over several objects: pure functions from the inventory to findings.

A municipality rule looks at one municipality; an inventory rule looks at the outlines of all of them.
"""

from collections.abc import Callable, Iterator

from inventory.models import Inventory, MunicipalityInventory
from inventory.outline import InventoryOutline, inventory_outline
from inventory.rules.addresses import (
    address_outside_prefix,
    address_twice,
    prefixes_overlap,
    shared_address_twice,
    shared_prefixes_overlap,
)
from inventory.rules.centres import (
    centre_count,
    code_is_of_the_municipality,
    every_municipality_is_there,
    member_exists,
    membership_fits,
    municipality_in_two_centres,
    municipality_without_centre,
    scope_fits,
)
from inventory.rules.devices import (
    management_interface_exists,
    redundancy_group_has_members,
    site_defined,
)
from inventory.rules.exceptions import exception_names_devices, override_names_devices
from inventory.rules.firewalls import cluster_is_whole, firewall_in_one_cluster
from inventory.rules.links import link_end_exists, link_end_used_twice
from inventory.rules.names import name_twice, name_twice_in_municipality
from inventory.rules.phases import phase_in_scope
from inventory.rules.public_ranges import public_ranges_overlap, range_is_public
from inventory.rules.routing_domains import routing_domain_defined
from inventory.rules.sensors import feed_carries_its_scope, sensor_owned, sensor_ports_exist
from inventory.rules.servers import dependency_circle, dependency_defined, server_parts_defined
from inventory.rules.vlans import parking_vlan_on_trunk, vlan_defined, zone_defined
from inventory.rules.windows import window_before_deadline, window_in_change_times, window_in_freeze
from inventory.violations import Finding, ModelPath

MunicipalityRule = Callable[[MunicipalityInventory, ModelPath], Iterator[Finding]]
InventoryRule = Callable[[InventoryOutline], Iterator[Finding]]

MUNICIPALITY_RULES: tuple[MunicipalityRule, ...] = (
    name_twice_in_municipality,
    phase_in_scope,
    prefixes_overlap,
    address_twice,
    address_outside_prefix,
    range_is_public,
    site_defined,
    management_interface_exists,
    redundancy_group_has_members,
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
    window_in_freeze,
    window_before_deadline,
    exception_names_devices,
    override_names_devices,
)

INVENTORY_RULES: tuple[InventoryRule, ...] = (
    name_twice,
    scope_fits,
    centre_count,
    every_municipality_is_there,
    code_is_of_the_municipality,
    municipality_without_centre,
    municipality_in_two_centres,
    membership_fits,
    member_exists,
    routing_domain_defined,
    shared_prefixes_overlap,
    shared_address_twice,
    public_ranges_overlap,
    window_in_change_times,
    dependency_defined,
    dependency_circle,
)


def municipality_findings(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Yield every broken rule over one municipality."""
    for rule in MUNICIPALITY_RULES:
        yield from rule(town, at)


def inventory_findings(inventory: InventoryOutline) -> Iterator[Finding]:
    """Yield every broken rule over the whole inventory."""
    for rule in INVENTORY_RULES:
        yield from rule(inventory)


def every_finding(inventory: Inventory) -> Iterator[Finding]:
    """Yield every broken rule of an inventory that is in memory."""
    for number, town in enumerate(inventory.municipalities):
        yield from municipality_findings(town, ("municipalities", number))
    yield from inventory_findings(inventory_outline(inventory))
