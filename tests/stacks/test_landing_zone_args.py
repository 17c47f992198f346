"""From the inventory to the wanted landing zone."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypervisors.models import DirectBoot, DiskSpec, MachineSpec, NetworkSpec, PublishedPort
from inventory.models import (
    VLAN,
    Centre,
    Disk,
    Municipality,
    MunicipalityInventory,
    NetworkAdapter,
    Server,
    ServiceCheck,
)
from stacks.errors import StackArgsError
from stacks.landing_zone_args import landing_zone_args, machine_name, network_name, require_consistent
from stacks.models import LandingZoneArgs

CENTRE = Centre(name="east", title="East", routing_domain="east", hypervisor="qemu:///system")
BOOT = DirectBoot(kernel="/boot/k", initrd="/boot/i", arguments="quiet")
PORT = PublishedPort(host_port=18_080, guest_port=80)
OWNER = "landing-zone/norddjurs"


def _server(name: str, vlan: int) -> Server:
    return Server(
        name=name,
        application="cases",
        environment="production",
        owner="it",
        cpus=2,
        ram_mib=512,
        networks=(NetworkAdapter(vlan=vlan, address=IPv4Address("10.1.10.5")),),
        disks=(Disk(name="vda", size_mib=64), Disk(name="vdb", size_mib=32)),
        service_check=ServiceCheck(port=80, path="/", expect="ok"),
    )


def _inventory(*servers: Server, centre: str = "east") -> MunicipalityInventory:
    return MunicipalityInventory(
        municipality=Municipality(
            name="norddjurs", title="Norddjurs", code=707, centre=centre, hypervisor="qemu:///system"
        ),
        vlans=tuple(
            VLAN(vlan_id=vlan_id, name=f"v{vlan_id}", zone="servers", routing_domain="norddjurs")
            for vlan_id in (10, 20, 30)
        ),
        servers=servers,
    )


def _args(inventory: MunicipalityInventory, **given: object) -> LandingZoneArgs:
    settings = {"published_ports": {}, "boots": {}, **given}
    return landing_zone_args(
        inventory,
        CENTRE,
        storage_folder="/srv/disks",
        snapshot_digest="ab",
        **settings,  # type: ignore[arg-type]
    )


def test_networks_are_those_that_servers_use_and_machines_are_the_servers() -> None:
    inventory = _inventory(_server("web-1", 20), _server("app-1", 10), _server("app-2", 10))
    disks = (DiskSpec(name="vda", size_mib=64), DiskSpec(name="vdb", size_mib=32))
    plain = MachineSpec(
        name="norddjurs-app-1",
        cpus=2,
        ram_mib=512,
        disks=disks,
        network="norddjurs-vlan-10",
        owner=OWNER,
    )
    assert _args(inventory, published_ports={"web-1": (PORT,)}, boots={"web-1": BOOT}) == LandingZoneArgs(
        municipality="norddjurs",
        uri="qemu:///system",
        storage_folder="/srv/disks",
        snapshot_digest="ab",
        networks=tuple(
            NetworkSpec(name=f"norddjurs-vlan-{n}", vlan_id=n, routing_domain="norddjurs", owner=OWNER)
            for n in (10, 20)
        ),
        machines=(
            plain,
            plain.model_copy(update={"name": "norddjurs-app-2"}),
            plain.model_copy(
                update={
                    "name": "norddjurs-web-1",
                    "network": "norddjurs-vlan-20",
                    "boot": BOOT,
                    "published_ports": (PORT,),
                }
            ),
        ),
    )


def test_another_address_of_the_centre_is_taken_where_one_is_given() -> None:
    assert (
        _args(_inventory(_server("a", 10)), uri="qemu+ssh://centre/system").uri == "qemu+ssh://centre/system"
    )


@pytest.mark.parametrize(
    ("inventory", "given", "message"),
    [
        (_inventory(_server("a", 10), centre="west"), {}, "centre: norddjurs belongs to west, not to east"),
        (_inventory(), {}, "servers: norddjurs has none"),
        (_inventory(_server("a", 11)), {}, r"vlans: .* VLAN \[11\], which its inventory lacks"),
        (_inventory(_server("a", 10)), {"boots": {"b": BOOT}}, "boots: norddjurs has no server b"),
        (
            _inventory(_server("a", 10)),
            {"published_ports": {"b": (PORT,)}},
            "published_ports: .* no server b",
        ),
    ],
)
def test_an_impossible_wish_names_its_key(
    inventory: MunicipalityInventory, given: dict[str, object], message: str
) -> None:
    with pytest.raises(StackArgsError, match=message):
        _args(inventory, **given)


def test_a_zone_that_contradicts_itself_is_refused_before_the_first_resource() -> None:
    args = _args(_inventory(_server("a", 10), _server("b", 20)))
    require_consistent(args)
    first, second = args.machines
    for changes, message in (
        ({"networks": args.networks[:1]}, "machines: norddjurs-b is in network norddjurs-vlan-20"),
        ({"networks": (*args.networks, args.networks[0])}, "networks: norddjurs-vlan-10 is there twice"),
        ({"machines": (first, first)}, "machines: norddjurs-a is there twice"),
        ({"machines": (first, second.model_copy(update={"owner": "x"}))}, "owner: .* would belong to x"),
        (
            {"machines": tuple(one.model_copy(update={"published_ports": (PORT,)}) for one in args.machines)},
            "published_ports: 18080 is there twice",
        ),
    ):
        with pytest.raises(StackArgsError, match=message):
            require_consistent(args.model_copy(update=changes))


_SLUG = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)


@given(_SLUG, _SLUG, st.integers(min_value=1, max_value=4094))
def test_names_are_valid_on_the_platform_and_stay_apart(place: str, server: str, vlan_id: int) -> None:
    machine, network = machine_name(place, server), network_name(place, vlan_id)
    NetworkSpec(name=network, vlan_id=vlan_id, routing_domain="x", owner="x")
    NetworkSpec(name=machine, vlan_id=1, routing_domain="x", owner="x")
    assert machine != machine_name(place, f"{server[:62]}x"[:63]) or server == f"{server[:62]}x"[:63]
