"""Applications and servers, and what needs what.

A server needs only servers that were made before it, so that no circle can arise. What reaches into another
municipality leads to the one that hosts for the others, and that one leads nowhere.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

from inventory.generator.addressing import CARE_SERVERS_VLAN, DMZ_VLAN, Addressing
from inventory.generator.application_catalogue import (
    APPLICATIONS,
    FOUNDATION,
    SPECIAL_OWNERS,
    CatalogueEntry,
)
from inventory.generator.national_plan import MunicipalityPlan
from inventory.models import Application, Criticality, Disk, Environment, NetworkAdapter, Server, ServiceCheck

_TIERS = ("db", "app", "web")
_NO_CHECK_PERCENT = 10
_TEST_PERCENT = 30
_SECOND_ADAPTER_PERCENT = 8
_SYSTEMS = {
    "Windows Server 2022": 30,
    "Windows Server 2019": 35,
    "Windows Server 2016": 15,
    "Windows Server 2012 R2": 8,
    "Red Hat Enterprise Linux 9": 7,
    "Ubuntu Server 22.04": 5,
}
_CPUS = {"db": (4, 8, 16), "app": (2, 4, 8), "web": (2, 4), "": (2, 4)}
_RAM_GIB = {"db": (16, 32, 64), "app": (8, 16), "web": (4, 8), "": (8, 16)}
_DATA_GIB = {"db": (200, 400, 800), "app": (0, 100), "web": (0,), "": (0, 200, 1000)}

# Who leans on whom: the application's server here, the municipality and its server there.
_ACROSS = {
    "egedal": (("esdh", "ballerup", "sql1"), ("loen", "ballerup", "sql1")),
    "furesoe": (("esdh", "ballerup", "sql1"), ("oekonomi", "ballerup", "sql1")),
    "favrskov": (("beredskab", "randers", "beredskab1"),),
    "norddjurs": (("beredskab", "randers", "beredskab1"),),
    "syddjurs": (("beredskab", "randers", "beredskab1"),),
}


class Workloads(NamedTuple):
    """Applications with the servers that carry them."""

    applications: tuple[Application, ...]
    servers: tuple[Server, ...]


class _Place(NamedTuple):
    entry: CatalogueEntry
    name: str
    tier: str
    environment: Environment
    needs: tuple[str, ...]


def plan_workloads(plan: MunicipalityPlan, addressing: Addressing, hosts: dict[str, str]) -> Workloads:
    """Return the applications and servers of a municipality.

    Args:
        plan: what was drawn for it.
        addressing: its VLANs; servers take their addresses from it.
        hosts: the municipalities of the inventory with the start of their host names; what would lean on
            another one is left out.

    """
    chance = plan.chance("servers")
    places = [place for _, place in zip(range(plan.size.servers), _places(plan, chance), strict=False)]
    across = {
        application: f"{hosts[there]}-{server}"
        for application, there, server in _ACROSS.get(plan.national.slug, ())
        if there in hosts
    }
    vlans = addressing.of_zones("servers")
    servers: list[Server] = []
    for number, place in enumerate(places):
        far = across.pop(place.entry.name, None) if place.tier in ("", "app") else None
        needs = place.needs if far is None else (*place.needs, far)
        vlan = _vlan(place, vlans[number % (len(vlans))])
        servers.append(_server(place._replace(needs=needs), vlan, addressing, chance))
    used = {server.application for server in servers}
    entries = {place.entry.name: place.entry for place in places}
    return Workloads(
        tuple(
            Application(name=entry.name, title=entry.title, owner=entry.owner, criticality=entry.criticality)
            for entry in entries.values()
            if entry.name in used
        ),
        tuple(servers),
    )


def _places(plan: MunicipalityPlan, chance: random.Random) -> Iterator[_Place]:
    """Yield servers without end, each after everything it needs."""
    base = plan.host("ad1"), plan.host("ad2")
    for entry, names in FOUNDATION:
        for name in names:
            needs = () if entry.name == "ad" else base
            yield _Place(entry, plan.host(name), "", "production", needs)
    for entry in _entries(chance):
        environments: tuple[Environment, ...] = ("production",)
        if chance.randrange(100) < _TEST_PERCENT:
            environments = ("production", "test")
        for environment in environments:
            middle = "" if environment == "production" else "test-"
            before: tuple[str, ...] = (plan.host("sql1"),) if entry.criticality == "low" else base
            for tier in _TIERS[1:] if entry.criticality == "low" else _TIERS:
                name = plan.host(f"{entry.name}-{middle}{tier}1")
                yield _Place(entry, name, tier, environment, before)
                before = (name,)


def _entries(chance: random.Random) -> Iterator[CatalogueEntry]:
    yield from APPLICATIONS
    number = 1
    while True:
        criticality: Criticality = chance.choice(("low", "medium", "medium", "high"))
        owner = chance.choice(SPECIAL_OWNERS)
        yield CatalogueEntry(f"fagsystem{number}", f"Fagsystem {number}", owner, criticality)
        number += 1


def _vlan(place: _Place, ordinary: int) -> int:
    if place.entry.place == "care":
        return CARE_SERVERS_VLAN
    return DMZ_VLAN if place.entry.place == "dmz" and place.tier == "web" else ordinary


def _server(place: _Place, vlan: int, addressing: Addressing, chance: random.Random) -> Server:
    networks = [NetworkAdapter(vlan=vlan, address=addressing.take(vlan).ip)]
    if vlan == DMZ_VLAN and chance.randrange(100) < _SECOND_ADAPTER_PERCENT:
        inside = addressing.of_zones("servers")[0]
        networks.append(NetworkAdapter(vlan=inside, address=addressing.take(inside).ip))
    disks = [Disk(name="vda", size_mib=chance.choice((60, 80, 100)) * 1024)]
    data = chance.choice(_DATA_GIB[place.tier])
    if data:
        disks.append(Disk(name="vdb", size_mib=data * 1024))
    (system,) = chance.choices(tuple(_SYSTEMS), weights=tuple(_SYSTEMS.values()))
    lower: Criticality | None = "low" if place.environment == "test" else None
    return Server(
        name=place.name,
        application=place.entry.name,
        environment=place.environment,
        owner=place.entry.owner,
        criticality=None if lower == place.entry.criticality else lower,
        cpus=chance.choice(_CPUS[place.tier]),
        ram_mib=chance.choice(_RAM_GIB[place.tier]) * 1024,
        operating_system=system,
        networks=tuple(networks),
        disks=tuple(disks),
        depends_on=place.needs,
        service_check=_check(place) if chance.randrange(100) >= _NO_CHECK_PERCENT else None,
    )


def _check(place: _Place) -> ServiceCheck:
    port = {"web": 80, "app": 8080}.get(place.tier, 9100)
    return ServiceCheck(port=port, path="/", expect=f"{place.name} serves")
