"""The generated inventory has the sizes, the shares and the mess that were asked for, and breaks no rule."""

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import pairwise
from pathlib import Path

import pytest

from inventory.generator.access_network import plan_access_network
from inventory.generator.addressing import BANDS, Addressing
from inventory.generator.condition import RECORDED_ON
from inventory.generator.core_network import plan_core_network
from inventory.generator.national_plan import PUBLIC_SPACE, MunicipalityPlan, draw_plans
from inventory.generator.security import plan_sensors
from inventory.generator.service import GeneratedInventory, generate_inventory, generate_municipality
from inventory.generator.sites import plan_sites
from inventory.generator.sizes import apportion, size_of
from inventory.models import Inventory, MunicipalityInventory
from inventory.national import municipalities
from inventory.service import load_inventory
from inventory.writers.yaml_folder import render_municipality

SEED = 2027
IT_FORSYNINGEN = ("ballerup", "egedal", "furesoe")
PREPAREDNESS = ("favrskov", "norddjurs", "randers", "syddjurs")


@pytest.fixture(scope="module")
def plans() -> dict[str, MunicipalityPlan]:
    return draw_plans(SEED)


@pytest.fixture(scope="module")
def hosts(plans: dict[str, MunicipalityPlan]) -> dict[str, str]:
    return {slug: plan.national.abbreviation for slug, plan in plans.items()}


@pytest.fixture(scope="module")
def towns(plans: dict[str, MunicipalityPlan], hosts: dict[str, str]) -> dict[str, MunicipalityInventory]:
    names = ("laesoe", "haderslev", *IT_FORSYNINGEN, *PREPAREDNESS)
    return {name: generate_municipality(plans[name], hosts) for name in names}


@pytest.fixture(scope="module")
def djurs(tmp_path_factory: pytest.TempPathFactory) -> tuple[GeneratedInventory, Inventory]:
    folder = tmp_path_factory.mktemp("generated") / "djurs"
    made = generate_inventory(SEED, folder, names=PREPAREDNESS)
    loaded = load_inventory(folder)
    assert loaded.violations == ()
    return made, loaded.checked()


# Sizes.


def test_the_sizes_add_up_to_the_national_figures() -> None:
    sizes = [size_of(one.population) for one in municipalities()]
    assert sum(size.sites for size in sizes) == 14_856
    assert sum(size.devices for size in sizes) == 32_348
    assert sum(size.servers for size in sizes) == 14_568
    assert sum(size.sensors for size in sizes) == 316


@pytest.mark.parametrize(
    ("slug", "devices", "servers"),
    [("laesoe", 29, 19), ("norddjurs", 214, 98), ("haderslev", 311, 140), ("koebenhavn", 3302, 1438)],
)
def test_the_known_municipalities_have_their_known_sizes(
    plans: dict[str, MunicipalityPlan], hosts: dict[str, str], slug: str, devices: int, servers: int
) -> None:
    town = generate_municipality(plans[slug], hosts)
    assert (len(town.devices), len(town.servers)) == (devices, servers)
    assert len({device.name for device in town.devices} | {server.name for server in town.servers}) == (
        devices + servers
    )


def test_every_municipality_gets_exactly_the_gear_of_its_size(plans: dict[str, MunicipalityPlan]) -> None:
    assert len(plans) == 98
    for plan in plans.values():
        sites, addressing = plan_sites(plan), Addressing(plan)
        core = plan_core_network(plan, sites, addressing)
        access = plan_access_network(plan, sites, addressing, core)
        assert (
            len(sites),
            len({planned.site.name for planned in sites}),
            len(access.switches),
            sum(len(pair) for pair in core.pairs),
            len(core.edges) + len(core.firewalls) + len(access.routers),
        ) == (
            plan.size.sites,
            plan.size.sites,
            plan.size.access_switches,
            plan.size.core_switches,
            plan.size.firewalls_and_edge,
        ), plan.national.slug


def test_whole_numbers_are_shared_out_as_near_as_can_be() -> None:
    assert apportion(10, {"a": 40, "b": 35, "c": 25}) == {"a": 4, "b": 4, "c": 2}
    assert apportion(0, {"a": 1, "b": 1}) == {"a": 0, "b": 0}
    assert sum(apportion(97, {"a": 1, "b": 1, "c": 1}).values()) == 97


def test_the_kinds_of_sites_have_their_shares(plans: dict[str, MunicipalityPlan]) -> None:
    kinds: Counter[str] = Counter()
    for plan in plans.values():
        kinds.update(planned.site.kind for planned in plan_sites(plan))
    shares = {kind: round(100 * count / kinds.total()) for kind, count in kinds.items()}
    assert shares == {"day-care": 40, "school": 10, "nursing-home": 8, "administration": 3, "other": 39}


# Shares over the country.


def test_vendors_are_dealt_out_in_their_national_shares(plans: dict[str, MunicipalityPlan]) -> None:
    assert Counter(plan.access_vendor for plan in plans.values()) == {
        "Cisco": 39,
        "Aruba": 34,
        "Juniper": 10,
        "FortiSwitch": 10,
        "other": 5,
    }
    assert Counter(plan.firewall_vendor for plan in plans.values()) == {
        "Fortinet": 49,
        "Palo Alto": 24,
        "SRX": 5,
        "Cisco": 10,
        "other": 10,
    }


def test_the_outside_sensor_is_missing_in_29_of_98_municipalities(plans: dict[str, MunicipalityPlan]) -> None:
    assert sum(not plan.has_outside_sensors for plan in plans.values()) == 29


def test_there_are_five_centres_and_every_municipality_is_in_one(plans: dict[str, MunicipalityPlan]) -> None:
    assert Counter(plan.centre for plan in plans.values()) == {
        "hovedstaden": 29,
        "sjaelland": 17,
        "syd": 22,
        "midt": 19,
        "nord": 11,
    }


def test_public_space_is_nobodys_and_no_two_municipalities_share_any(
    plans: dict[str, MunicipalityPlan],
) -> None:
    prefixes = sorted(plan.public_prefix for plan in plans.values())
    assert all(prefix.subnet_of(PUBLIC_SPACE) for prefix in prefixes)
    assert not any(one.overlaps(other) for one, other in pairwise(prefixes))
    assert PUBLIC_SPACE.subnet_of(IPv4Network("198.18.0.0/15"))


def test_private_space_of_municipalities_overlaps(plans: dict[str, MunicipalityPlan]) -> None:
    uses = Counter(plan.private_prefix for plan in plans.values())
    assert all(count >= 19 for count in uses.values())


# Inside a municipality.


def test_vlans_lie_in_their_bands(towns: dict[str, MunicipalityInventory]) -> None:
    for town in towns.values():
        for vlan in town.vlans:
            if vlan.zone in BANDS:
                assert BANDS[vlan.zone] <= vlan.vlan_id < BANDS[vlan.zone] + 97, vlan
        assert {vlan.vlan_id for vlan in town.vlans} >= {10, 700, 790, 800, 998, 999}
        switches = {device.platform for device in town.devices if device.role == "access"}
        mirror = next(vlan.vlan_id for vlan in town.vlans if vlan.zone == "mirror")
        assert mirror == (4092 if "fortiswitch" in switches else 3900)


def test_every_access_switch_leads_to_the_core(towns: dict[str, MunicipalityInventory]) -> None:
    for town in towns.values():
        neighbours: dict[str, set[str]] = {device.name: set() for device in town.devices}
        for link in town.links:
            if link.ends is not None:
                one, other = (end.partition(":")[0] for end in link.ends)
                neighbours[one].add(other)
                neighbours[other].add(one)
        start = next(device.name for device in town.devices if device.role == "core")
        reached, waiting = {start}, [start]
        while waiting:
            new = neighbours[waiting.pop()] - reached
            reached |= new
            waiting.extend(new)
        assert reached == set(neighbours)


def test_the_network_at_both_ends_of_a_cable_carries_the_same_vlans(
    towns: dict[str, MunicipalityInventory],
) -> None:
    for town in towns.values():
        vlans = {
            f"{device.name}:{name}": (port.vlan, port.vlans)
            for device in town.devices
            for name, port in device.ports()
        }
        for link in town.links:
            assert len({vlans[end] for end in link.named_ends()}) == 1, link


def test_access_ports_are_written_as_ranges_and_uplinks_one_by_one(
    towns: dict[str, MunicipalityInventory],
) -> None:
    for town in towns.values():
        access = [device for device in town.devices if device.role == "access"]
        assert all(len(list(device.ports())) >= 24 and len(device.interfaces) <= 30 for device in access)
        for device in access:
            assert any(port.role == "uplink" for port in device.interfaces), device.name
            for port in device.interfaces:
                assert len(port.names()) == 1 or port.role in {"access", "unused"}


def test_a_share_of_devices_is_old_out_of_reach_or_weakly_guarded(
    towns: dict[str, MunicipalityInventory],
) -> None:
    for name, town in towns.items():
        count = len(town.devices)
        aged = sum(device.end_of_support <= RECORDED_ON for device in town.devices if device.end_of_support)
        assert round(count * 0.10) <= aged <= round(count * 0.15), name
        assert sum(device.unreachable_since is not None for device in town.devices) == round(count * 0.05)
        weak = Counter(weakness for device in town.devices for weakness in device.known_weaknesses)
        assert weak["shared-local-account"] >= count // 6
        assert weak["snmp-v2c"] >= count // 4


def test_a_sensor_has_both_sides_unless_the_municipality_lacks_the_outside(
    plans: dict[str, MunicipalityPlan], towns: dict[str, MunicipalityInventory]
) -> None:
    for name, town in towns.items():
        assert all(sensor.inside_port is not None for sensor in town.sensors)
        outside = {sensor.outside_port is not None for sensor in town.sensors}
        assert outside == {plans[name].has_outside_sensors}


def test_about_a_tenth_of_the_mirrors_copy_one_direction(
    plans: dict[str, MunicipalityPlan],
) -> None:
    directions: Counter[str] = Counter()
    for plan in plans.values():
        sites, addressing = plan_sites(plan), Addressing(plan)
        core = plan_core_network(plan, sites, addressing)
        directions.update(sensor.directions for sensor in plan_sensors(plan, addressing, core).sensors)
    assert directions.total() == 316
    assert 16 <= directions["receive"] + directions["transmit"] <= 48


def test_dcis_sund_gets_health_vlans_only_and_kommunecert_all(
    towns: dict[str, MunicipalityInventory],
) -> None:
    for town in towns.values():
        recipients = Counter(feed.recipient for feed in town.sensor_feeds)
        assert recipients == {"KommuneCERT": len(town.sensors), "DCIS Sund": len(town.sensors)}
        scopes = {feed.recipient: feed.legal_scope for feed in town.sensor_feeds}
        assert scopes == {"KommuneCERT": "all", "DCIS Sund": "health"}


# Municipalities that share something.


def test_shared_operation_and_preparedness_are_recorded(towns: dict[str, MunicipalityInventory]) -> None:
    operated = {name: town.municipality.operated_by for name, town in towns.items()}
    assert {name for name, by in operated.items() if by == "it-forsyningen"} == set(IT_FORSYNINGEN)
    plans_of = {name: town.municipality.preparedness_plan for name, town in towns.items()}
    assert {name for name, plan in plans_of.items() if plan} == set(PREPAREDNESS)
    assert len(set(plans_of.values())) == 2


def test_servers_lean_on_those_of_the_municipality_that_hosts_for_them(
    towns: dict[str, MunicipalityInventory],
) -> None:
    assert across(towns["egedal"]) == {"bal-sql1"}
    assert across(towns["furesoe"]) == {"bal-sql1"}
    for name in ("norddjurs", "syddjurs", "favrskov"):
        assert across(towns[name]) == {"ran-beredskab1"}
    for name in ("ballerup", "randers", "laesoe"):
        assert across(towns[name]) == set()


def across(town: MunicipalityInventory) -> set[str]:
    own = {server.name for server in town.servers}
    return {name for server in town.servers for name in server.depends_on} - own


# Chance.


def test_a_municipality_is_the_same_whoever_else_is_generated(
    plans: dict[str, MunicipalityPlan], towns: dict[str, MunicipalityInventory]
) -> None:
    alone = generate_municipality(plans["haderslev"], {"haderslev": "had"})
    assert alone == towns["haderslev"]


def test_what_leans_on_a_municipality_that_is_left_out_is_left_out(
    plans: dict[str, MunicipalityPlan], towns: dict[str, MunicipalityInventory]
) -> None:
    alone = generate_municipality(plans["norddjurs"], {"norddjurs": "ndj"})
    servers = tuple(
        server.model_copy(
            update={"depends_on": tuple(name for name in server.depends_on if name != "ran-beredskab1")}
        )
        for server in towns["norddjurs"].servers
    )
    assert alone == towns["norddjurs"].model_copy(update={"servers": servers})


def test_another_seed_gives_another_municipality(hosts: dict[str, str]) -> None:
    one, other = (generate_municipality(draw_plans(seed)["laesoe"], hosts) for seed in (1, 2))
    assert render_municipality(one) != render_municipality(other)


# What is written.


def test_what_is_generated_breaks_no_rule_and_is_read_back_whole(
    djurs: tuple[GeneratedInventory, Inventory],
) -> None:
    made, inventory = djurs
    assert (made.municipalities, made.sites, made.devices, made.servers, made.sensors) == (
        4,
        *(sum(len(getattr(town, key)) for town in inventory.municipalities) for key in COUNTED),
    )
    sizes = [path.stat().st_size for path in made.folder.rglob("*.yaml")]
    assert made.written == (len(sizes), sum(sizes))
    assert (inventory.scope, inventory.name) == ("centre", f"midt-{SEED}")
    assert len(inventory.centres[0].municipalities) == 19


COUNTED = ("sites", "devices", "servers", "sensors")


def test_the_root_file_says_that_everything_is_invented(
    djurs: tuple[GeneratedInventory, Inventory],
) -> None:
    made, _ = djurs
    first = (made.folder / "samdrift.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == (
        f"# Generated from the seed {SEED}: everything is invented but the names, codes and regions of the"
    )


def test_progress_is_told_for_each_municipality(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate_inventory(SEED, tmp_path / "out", names=("laesoe",), progress=lambda *what: told.append(what))
    assert told == [("generating municipalities", 1, 1)]


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*.yaml")):
        yield path.relative_to(folder).as_posix(), path.read_bytes()


def test_the_same_seed_gives_the_same_bytes_whatever_the_order_of_names(tmp_path: Path) -> None:
    for name, order in (("one", ("Læsø", "rebild")), ("two", ("840", "laesoe", "LAESOE"))):
        generate_inventory(SEED, tmp_path / name, names=order)
    assert dict(files_of(tmp_path / "one")) == dict(files_of(tmp_path / "two"))
