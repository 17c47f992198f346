"""From the inventory to the wanted landing zone: a pure rule."""

import hashlib
from collections.abc import Mapping

from hypervisors.models import DirectBoot, DiskSpec, MachineSpec, NetworkSpec, PublishedPort
from inventory.models import Centre, MunicipalityInventory, Server
from stacks.errors import StackArgsError
from stacks.models import LandingZoneArgs

_LONGEST_NAME = 63


def stack_owner(municipality: str) -> str:
    """Return the mark of ownership that everything of a municipality's stack carries on the platform."""
    return f"landing-zone/{municipality}"


def network_name(municipality: str, vlan_id: int) -> str:
    """Return the name of a VLAN's network in the centre."""
    return _name(municipality, f"vlan-{vlan_id}")


def machine_name(municipality: str, server: str) -> str:
    """Return the name of a server's target machine in the centre."""
    return _name(municipality, server)


def landing_zone_args(
    inventory: MunicipalityInventory,
    centre: Centre,
    *,
    storage_folder: str,
    snapshot_digest: str,
    published_ports: Mapping[str, tuple[PublishedPort, ...]],
    boots: Mapping[str, DirectBoot],
    uri: str | None = None,
    protect_machines: bool = True,
) -> LandingZoneArgs:
    """Build the wanted landing zone: a network for each VLAN that servers use, a machine for each server.

    Args:
        inventory: One municipality, loaded and checked.
        centre: The centre that takes it over.
        storage_folder: Where the centre's hypervisor makes disks.
        snapshot_digest: The digest of the inventory snapshot that all of this comes from.
        published_ports: Ports on the centre's loopback, by server; none for servers that are not named.
        boots: Kernels beside the machine, by server; servers that are not named boot from their disk.
        uri: The address of the centre's hypervisor where it is not the one in the inventory.
        protect_machines: Whether deleting or replacing a machine needs its protection released first.

    Raises:
        StackArgsError: the inventory is of another centre, names a server or VLAN that it lacks, or has none.

    """
    municipality = inventory.municipality
    if municipality.centre != centre.name:
        problem = f"{municipality.name} belongs to {municipality.centre}, not to {centre.name}"
        raise StackArgsError("centre", problem)
    servers = {server.name: server for server in inventory.servers}
    if not servers:
        raise StackArgsError("servers", f"{municipality.name} has none: there is nothing to build")
    for key, given in (("published_ports", published_ports), ("boots", boots)):
        if strangers := sorted(set(given) - set(servers)):
            raise StackArgsError(key, f"{municipality.name} has no server {', '.join(strangers)}")
    return LandingZoneArgs(
        municipality=municipality.name,
        uri=uri or centre.hypervisor,
        storage_folder=storage_folder,
        snapshot_digest=snapshot_digest,
        networks=_networks(inventory),
        machines=tuple(
            _machine(municipality.name, server, published_ports.get(name, ()), boots.get(name))
            for name, server in sorted(servers.items())
        ),
        protect_machines=protect_machines,
    )


def require_consistent(args: LandingZoneArgs) -> None:
    """Refuse a landing zone that contradicts itself, before the first resource.

    Raises:
        StackArgsError: a name or host port is there twice, a network is missing, or an owner is another's.

    """
    networks = [spec.name for spec in args.networks]
    machines = [spec.name for spec in args.machines]
    ports = [str(port.host_port) for spec in args.machines for port in spec.published_ports]
    for key, values in (("networks", networks), ("machines", machines), ("published_ports", ports)):
        if doubled := sorted({value for value in values if values.count(value) > 1}):
            raise StackArgsError(key, f"{', '.join(doubled)} is there twice")
    for spec in args.machines:
        if spec.network not in networks:
            raise StackArgsError("machines", f"{spec.name} is in network {spec.network}, which is not built")
    owners = {spec.owner for spec in args.networks} | {spec.owner for spec in args.machines}
    if strangers := sorted(owners - {stack_owner(args.municipality)}):
        raise StackArgsError("owner", f"something would belong to {', '.join(strangers)}, not to this stack")


def _networks(inventory: MunicipalityInventory) -> tuple[NetworkSpec, ...]:
    name = inventory.municipality.name
    vlans = {vlan.vlan_id: vlan for vlan in inventory.vlans}
    used = sorted({_only_vlan(server) for server in inventory.servers})
    if missing := [vlan_id for vlan_id in used if vlan_id not in vlans]:
        raise StackArgsError("vlans", f"servers of {name} are in VLAN {missing}, which its inventory lacks")
    return tuple(
        NetworkSpec(
            name=network_name(name, vlan_id),
            vlan_id=vlan_id,
            routing_domain=vlans[vlan_id].routing_domain,
            owner=stack_owner(name),
        )
        for vlan_id in used
    )


def _machine(
    municipality: str, server: Server, ports: tuple[PublishedPort, ...], boot: DirectBoot | None
) -> MachineSpec:
    return MachineSpec(
        name=machine_name(municipality, server.name),
        cpus=server.cpus,
        ram_mib=server.ram_mib,
        disks=tuple(DiskSpec(name=disk.name, size_mib=disk.size_mib) for disk in server.disks),
        network=network_name(municipality, _only_vlan(server)),
        owner=stack_owner(municipality),
        boot=boot,
        published_ports=ports,
    )


def _only_vlan(server: Server) -> int:
    """Return the VLAN of a machine's one adapter; a landing zone builds no machine with two."""
    if len(server.networks) != 1:
        raise StackArgsError(
            "machines", f"{server.name} has {len(server.networks)} adapters; one is built here"
        )
    return server.networks[0].vlan


def _name(municipality: str, thing: str) -> str:
    """Join two names; one that would be too long for the platform ends in a digest of itself instead."""
    full = f"{municipality}-{thing}"
    if len(full) <= _LONGEST_NAME:
        return full
    digest = hashlib.sha256(full.encode()).hexdigest()[:12]
    return f"{full[: _LONGEST_NAME - 13].rstrip('-')}-{digest}"
