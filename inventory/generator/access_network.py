"""The access switches of every site, and the routers of leased lines at the larger sites."""

from typing import NamedTuple

from inventory.generator.addressing import MANAGEMENT_VLAN, Addressing
from inventory.generator.core_network import CoreNetwork
from inventory.generator.device_draft import DeviceDraft, join
from inventory.generator.gear import ACCESS_24, ACCESS_48, site_router_gear
from inventory.generator.national_plan import MunicipalityPlan
from inventory.generator.sites import PlannedSite
from inventory.models import Link

LINE_PROVIDER = "Eksempelfiber"
_TWO_UPLINKS_FROM = 3
_SMALL = ("day-care", "other")

# What is behind the access ports of a kind of site, in parts of a hundred; the rest is unused.
_MIX: dict[str, dict[str, int]] = {
    "day-care": {"administration": 30, "voice": 10, "things": 20, "guest": 10},
    "school": {"schools": 45, "administration": 10, "voice": 5, "things": 15, "building": 5, "guest": 5},
    "nursing-home": {"care": 40, "administration": 10, "voice": 10, "things": 15, "building": 10},
    "administration": {"administration": 60, "care": 10, "voice": 10, "things": 10},
    "other": {"administration": 30, "things": 20, "building": 15, "guest": 10},
}


class AccessNetwork(NamedTuple):
    """The switches and routers at the sites, with their cables."""

    switches: tuple[DeviceDraft, ...]
    routers: tuple[DeviceDraft, ...]
    links: tuple[Link, ...]


class _Cabling:
    """Puts sites together one after the other."""

    def __init__(self, plan: MunicipalityPlan, addressing: Addressing, core: CoreNetwork) -> None:
        self.plan = plan
        self.addressing = addressing
        self.core = core
        self.chance = plan.chance("access ports")
        self.switches: list[DeviceDraft] = []
        self.routers: list[DeviceDraft] = []
        self.links: list[Link] = []

    def add_site(self, number: int, planned: PlannedSite, routers: int) -> None:
        """Add the switches of a site; the first one leads to the core, the others to the first."""
        zones = {zone: self.addressing.of_site(zone, number) for zone in _MIX[planned.site.kind]}
        carried = (MANAGEMENT_VLAN, *zones.values())
        switches = [self._switch(planned) for _ in range(planned.switches)]
        first = switches[0]
        for core in self._cores_of(number, planned):
            self.links.append(
                join((core, core.take_port(), "trunk"), (first, first.take_uplink(), "uplink"), carried)
            )
        for other in switches[1:]:
            self.links.append(
                join((first, first.take_top_port(), "trunk"), (other, other.take_uplink(), "uplink"), carried)
            )
        for _ in range(routers):
            router = self._router(planned)
            self.links.append(
                join((router, router.take_port(), "trunk"), (first, first.take_top_port(), "uplink"), carried)
            )
        for switch in switches:
            self._fill(switch, planned, zones)

    def _cores_of(self, number: int, planned: PlannedSite) -> tuple[DeviceDraft, ...]:
        # The first pair is for what is central, and the town hall is where it stands.
        spread = self.core.pairs[1:] or self.core.pairs
        pair = self.core.pairs[0] if number == 0 else spread[number % len(spread)]
        return pair if planned.switches >= _TWO_UPLINKS_FROM else pair[:1]

    def _switch(self, planned: PlannedSite) -> DeviceDraft:
        gear = ACCESS_24 if planned.site.kind in _SMALL else ACCESS_48
        draft = DeviceDraft(
            self.plan.host(f"acc{len(self.switches) + 1}"),
            site=planned.site.name,
            role="access",
            gear=gear[self.plan.access_vendor],
            address=self.addressing.take(MANAGEMENT_VLAN),
        )
        self.switches.append(draft)
        return draft

    def _router(self, planned: PlannedSite) -> DeviceDraft:
        draft = DeviceDraft(
            self.plan.host(f"rtr{len(self.routers) + 1}"),
            site=planned.site.name,
            role="edge",
            gear=site_router_gear(self.plan.access_vendor),
            address=self.addressing.take(MANAGEMENT_VLAN),
        )
        end = draft.add(draft.take_port(), "routed", f"{LINE_PROVIDER} leased line")
        self.links.append(Link(end=end, provider=LINE_PROVIDER))
        self.routers.append(draft)
        return draft

    def _fill(self, switch: DeviceDraft, planned: PlannedSite, zones: dict[str, int]) -> None:
        ports = switch.free_ports
        for zone, percent in _MIX[planned.site.kind].items():
            share = self.chance.randint(percent * 3 // 4, percent)
            switch.add_access(ports * share // 100, zones[zone])


def plan_access_network(
    plan: MunicipalityPlan,
    sites: tuple[PlannedSite, ...],
    addressing: Addressing,
    core: CoreNetwork,
) -> AccessNetwork:
    """Return the access switches of every site and the routers of the largest, joined with the core."""
    routers = plan.size.firewalls_and_edge - len(core.edges) - len(core.firewalls)
    # The town hall needs no leased line: the internet edge stands there.
    largest = sorted(range(1, len(sites)), key=lambda number: -sites[number].switches)
    routers_at = [0] * len(sites)
    for at in range(routers):
        routers_at[largest[at % len(largest)]] += 1
    cabling = _Cabling(plan, addressing, core)
    for number, planned in enumerate(sites):
        cabling.add_site(number, planned, routers_at[number])
    return AccessNetwork(tuple(cabling.switches), tuple(cabling.routers), tuple(cabling.links))
