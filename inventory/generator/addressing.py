"""Zones, VLANs and prefixes of a municipality, and the addresses handed out from them.

The bands are the ones municipalities use: administration in the 100s, schools in the 200s, health and care in
the 300s, and on. Prefixes are as large as what is in them, the largest first, from the start of the private
space, which is why municipalities with the same space overlap.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import NamedTuple

from inventory.generator.national_plan import MunicipalityPlan
from inventory.models import VLAN, RoutingDomain, Sensitivity, Zone

MANAGEMENT_VLAN = 10
NATIVE_VLAN = 998
PARKING_VLAN = 999
CARE_SERVERS_VLAN = 790
DMZ_VLAN = 800

_SITES_PER_VLAN = 25
_SERVERS_PER_VLAN = 180
_MOST_VLANS_OF_A_BAND = 60
_USER_PREFIX_LENGTH = 23

ZONES: dict[str, Sensitivity] = {
    "management": "confidential",
    "administration": "internal",
    "schools": "open",
    "care": "health",
    "building": "internal",
    "voice": "internal",
    "things": "internal",
    "servers": "confidential",
    "care-servers": "health",
    "dmz": "internal",
    "guest": "open",
    "mirror": "confidential",
    "nowhere": "open",
}
BANDS = {
    "administration": 100,
    "schools": 200,
    "care": 300,
    "building": 400,
    "voice": 500,
    "things": 600,
    "guest": 900,
}
"""The zones of users and things with the first VLAN of their band."""

USER_ZONES = ("administration", "schools", "care")


class Addressing:
    """The VLANs of a municipality, and the next free address of each."""

    def __init__(self, plan: MunicipalityPlan) -> None:
        self.inside = plan.national.slug
        self.outside = f"{plan.national.slug}-outside"
        self._plan = plan
        wanted = tuple(_wanted(plan))
        prefixes = dict(_placed(plan.private_prefix, wanted))
        self.vlans = tuple(
            VLAN(
                vlan_id=one.vlan_id,
                name=one.name,
                zone=one.zone,
                routing_domain=self.inside,
                prefix=prefixes.get(one.vlan_id),
            )
            for one in wanted
        )
        self._of_zone: dict[str, tuple[int, ...]] = {
            zone: tuple(vlan.vlan_id for vlan in self.vlans if vlan.zone == zone) for zone in ZONES
        }
        self._prefix = prefixes
        self._next = {number: int(prefix.network_address) + 10 for number, prefix in prefixes.items()}
        self._next_transit = int(plan.public_prefix.network_address)

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Return the zones that hold a VLAN."""
        return tuple(Zone(name=name, sensitivity=kind) for name, kind in ZONES.items() if self._of_zone[name])

    @property
    def routing_domains(self) -> tuple[RoutingDomain, ...]:
        """Return the inside, which others use as well, and the outside, which is the municipality's alone."""
        outside = next(self._plan.public_prefix.subnets(new_prefix=24))
        return (
            RoutingDomain(name=self.inside, prefixes=(self._plan.private_prefix,)),
            RoutingDomain(name=self.outside, prefixes=(outside,)),
        )

    def of_zones(self, *zones: str) -> tuple[int, ...]:
        """Return the VLANs of some zones."""
        return tuple(number for zone in zones for number in self._of_zone[zone])

    def of_site(self, zone: str, site_number: int) -> int:
        """Return the VLAN of a zone that a site uses."""
        numbers = self.of_zones(zone)
        return numbers[site_number // _SITES_PER_VLAN % len(numbers)]

    @property
    def mirror_vlan(self) -> int:
        """Return the VLAN of remote mirrors."""
        return self.of_zones("mirror")[0]

    @property
    def routed(self) -> tuple[int, ...]:
        """Return every VLAN with a prefix."""
        return tuple(vlan.vlan_id for vlan in self.vlans if vlan.prefix is not None)

    def prefix(self, vlan_id: int) -> IPv4Network:
        """Return the prefix of a routed VLAN."""
        return self._prefix[vlan_id]

    def take(self, vlan_id: int) -> IPv4Interface:
        """Return the next free address of a VLAN."""
        number = self._next[vlan_id]
        self._next[vlan_id] = number + 1
        return IPv4Interface((number, self._prefix[vlan_id].prefixlen))

    def take_transit(self) -> tuple[IPv4Interface, IPv4Interface]:
        """Return both ends of the next /30 between edge, firewalls and provider."""
        number = self._next_transit
        self._next_transit = number + 4
        return IPv4Interface((number + 1, 30)), IPv4Interface((number + 2, 30))


class _Wanted(NamedTuple):
    vlan_id: int
    name: str
    zone: str
    addresses: int


def _wanted(plan: MunicipalityPlan) -> Iterator[_Wanted]:
    size = plan.size
    yield _Wanted(MANAGEMENT_VLAN, "management", "management", size.devices + 40)
    groups = min(_MOST_VLANS_OF_A_BAND, 1 + (size.sites - 1) // _SITES_PER_VLAN)
    users = 2 ** (32 - _USER_PREFIX_LENGTH) - 40
    for zone, band in BANDS.items():
        for number in range(groups):
            yield _Wanted(band + number, f"{zone}-{number + 1}", zone, users)
    for number in range(1 + size.servers // _SERVERS_PER_VLAN):
        yield _Wanted(700 + number, f"servers-{number + 1}", "servers", 240)
    yield _Wanted(CARE_SERVERS_VLAN, "care-servers", "care-servers", size.servers // 3 + 40)
    yield _Wanted(DMZ_VLAN, "dmz", "dmz", size.servers // 4 + 40)
    yield _Wanted(NATIVE_VLAN, "native", "nowhere", 0)
    yield _Wanted(PARKING_VLAN, "parking", "nowhere", 0)
    mirror = 4092 if plan.access_vendor == "FortiSwitch" else 3900
    yield _Wanted(mirror, "mirror", "mirror", 0)


def _placed(space: IPv4Network, wanted: Iterable[_Wanted]) -> Iterator[tuple[int, IPv4Network]]:
    """Give each VLAN that is routed a prefix; the largest first, so that nothing is lost between them."""
    sized = [(32 - (one.addresses + 16).bit_length(), one.vlan_id) for one in wanted if one.addresses]
    at = int(space.network_address)
    for length, number in sorted((min(length, 24), number) for length, number in sized):
        prefix = IPv4Network((IPv4Address(at), length))
        yield number, prefix
        at += prefix.num_addresses
