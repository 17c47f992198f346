"""Core switches in pairs, firewalls in clusters, and the edge towards the internet provider.

The first pair stands in the town hall with everything else that is central; further pairs stand at larger
sites and lead to the pair above them. From 40,000 people on there are two firewall clusters.
"""

from typing import NamedTuple

from inventory.generator.addressing import DMZ_VLAN, MANAGEMENT_VLAN, Addressing
from inventory.generator.device_draft import DeviceDraft, join
from inventory.generator.gear import CORE, FIREWALLS, edge_gear
from inventory.generator.national_plan import MunicipalityPlan
from inventory.generator.sites import PlannedSite
from inventory.generator.sizes import SECOND_EDGE_FROM
from inventory.models import FirewallCluster, Link

INTERNET_PROVIDER = "Eksempelnet"
_PAIRS_BELOW_A_PAIR = 8
_SENSORS_OF_A_CLUSTER = 2


class CoreNetwork(NamedTuple):
    """What is central: the switch pairs, the clusters, the edge."""

    pairs: tuple[tuple[DeviceDraft, ...], ...]
    edges: tuple[DeviceDraft, ...]
    firewalls: tuple[DeviceDraft, ...]
    clusters: tuple[FirewallCluster, ...]
    links: tuple[Link, ...]

    @property
    def drafts(self) -> tuple[DeviceDraft, ...]:
        """Return every device of it."""
        return (*self.edges, *self.firewalls, *(core for pair in self.pairs for core in pair))


def plan_core_network(
    plan: MunicipalityPlan, sites: tuple[PlannedSite, ...], addressing: Addressing
) -> CoreNetwork:
    """Return the central devices, joined with each other."""
    links: list[Link] = []
    pairs = _core_pairs(plan, sites, addressing, links)
    site = sites[0].site.name
    count = 2 if plan.national.population > SECOND_EDGE_FROM else 1
    edges = tuple(
        DeviceDraft(
            plan.host(f"edge{number}"),
            site=site,
            role="edge",
            gear=edge_gear(plan.access_vendor),
            address=addressing.take(MANAGEMENT_VLAN),
        )
        for number in range(1, count + 1)
    )
    for edge in edges:
        here, _ = addressing.take_transit()
        end = edge.add(
            edge.take_port(),
            "routed",
            f"{INTERNET_PROVIDER} internet",
            address=here,
            routing_domain=addressing.outside,
        )
        links.append(Link(end=end, provider=INTERNET_PROVIDER))
        links.append(_management_cable(edge, pairs[0][0]))
    firewalls: list[DeviceDraft] = []
    clusters: list[FirewallCluster] = []
    for number in range(plan.size.sensors // _SENSORS_OF_A_CLUSTER):
        members = tuple(_firewall(plan, addressing, site, 2 * number + at) for at in (1, 2))
        name = plan.host("fw" if number == 0 else "dmz-fw")
        clusters.append(_cluster(name, members, (edges, pairs[0]), addressing, links))
        firewalls.extend(members)
    return CoreNetwork(pairs, edges, tuple(firewalls), tuple(clusters), tuple(links))


def _core_pairs(
    plan: MunicipalityPlan, sites: tuple[PlannedSite, ...], addressing: Addressing, links: list[Link]
) -> tuple[tuple[DeviceDraft, ...], ...]:
    large = [one.site.name for one in sorted(sites, key=lambda one: -one.switches)]
    pairs: list[tuple[DeviceDraft, ...]] = []
    for first in range(1, plan.size.core_switches + 1, 2):
        index = len(pairs)
        site = sites[0].site.name if index == 0 else large[index % len(large)]
        pair = tuple(
            DeviceDraft(
                plan.host(f"core{number}"),
                site=site,
                role="core",
                gear=CORE[plan.access_vendor],
                address=addressing.take(MANAGEMENT_VLAN),
            )
            for number in range(first, min(first + 2, plan.size.core_switches + 1))
        )
        carried = (*addressing.routed, addressing.mirror_vlan)
        if index > 0:
            for upper in pairs[(index - 1) // _PAIRS_BELOW_A_PAIR]:
                links.extend(
                    join((upper, upper.take_port(), "trunk"), (lower, lower.take_port(), "uplink"), carried)
                    for lower in pair
                )
        if len(pair) > 1:
            one, other = pair
            links.append(join((one, one.take_port(), "trunk"), (other, other.take_port(), "trunk"), carried))
        pairs.append(pair)
    return tuple(pairs)


def _management_cable(edge: DeviceDraft, core: DeviceDraft) -> Link:
    """Join an edge, which carries no VLAN towards the inside, with the management network."""
    port, core_port = edge.take_port(), core.take_port()
    ends = (
        edge.add(port, "access", f"{core.name} {core_port}, management", vlan=MANAGEMENT_VLAN),
        core.add(core_port, "access", f"{edge.name} {port}, management", vlan=MANAGEMENT_VLAN),
    )
    return Link(ends=ends)


def _firewall(plan: MunicipalityPlan, addressing: Addressing, site: str, number: int) -> DeviceDraft:
    return DeviceDraft(
        plan.host(f"fw{number}"),
        site=site,
        role="firewall",
        gear=FIREWALLS[plan.firewall_vendor],
        address=addressing.take(MANAGEMENT_VLAN),
    )


def _cluster(
    name: str,
    members: tuple[DeviceDraft, ...],
    neighbours: tuple[tuple[DeviceDraft, ...], tuple[DeviceDraft, ...]],
    addressing: Addressing,
    links: list[Link],
) -> FirewallCluster:
    edges, cores = neighbours
    outside, inside = [], []
    carried = _dmz_side(addressing) if name.endswith("dmz-fw") else addressing.routed
    for member in members:
        for edge in edges:
            far, near = addressing.take_transit()
            port, edge_port = member.take_port(), edge.take_port()
            domain = addressing.outside
            end = member.add(port, "routed", f"{edge.name} {edge_port}", address=near, routing_domain=domain)
            edge_end = edge.add(
                edge_port, "routed", f"{member.name} {port}", address=far, routing_domain=domain
            )
            links.append(Link(ends=(edge_end, end)))
            outside.append(end)
        for core in cores:
            port = member.take_port()
            links.append(join((member, port, "trunk"), (core, core.take_port(), "uplink"), carried))
            inside.append(f"{member.name}:{port}")
    one, other = members
    ports = one.take_top_port(), other.take_top_port()
    ends = (
        one.add(ports[0], "routed", f"{other.name} {ports[1]}, state of the cluster"),
        other.add(ports[1], "routed", f"{one.name} {ports[0]}, state of the cluster"),
    )
    links.append(Link(ends=ends))
    return FirewallCluster(
        name=name,
        members=tuple(member.name for member in members),
        inside=tuple(inside),
        outside=tuple(outside),
    )


def _dmz_side(addressing: Addressing) -> tuple[int, ...]:
    """Return what stands behind the second cluster: the servers, and what citizens reach."""
    return (*addressing.of_zones("servers", "care-servers"), DMZ_VLAN)
