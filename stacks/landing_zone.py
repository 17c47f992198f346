"""The Pulumi program of a landing zone: networks with their VLANs, and the machines that servers move to."""

from typing import Any

import pulumi
from pulumi import Output, ResourceOptions

from hypervisors.models import MachineSpec, NetworkSpec
from stacks.models import LandingZoneArgs
from stacks.provider.properties import properties_of
from stacks.tokens import LANDING_ZONE, MACHINE, NETWORK


@pulumi.type_token(NETWORK)
class Network(pulumi.CustomResource):
    """A network of the centre."""

    def __init__(self, spec: NetworkSpec, opts: ResourceOptions | None = None) -> None:
        super().__init__(NETWORK, spec.name, {**properties_of(spec), "objectId": None}, opts)

    @property
    def network_name(self) -> Output[str]:
        """The name on the platform, known before the network exists."""
        name: Output[str] = pulumi.get(self, "name")
        return name


@pulumi.type_token(MACHINE)
class Machine(pulumi.CustomResource):
    """A target machine, made shut off and with empty disks."""

    def __init__(self, spec: MachineSpec, network: Output[str], opts: ResourceOptions | None = None) -> None:
        wanted = {**properties_of(spec), "network": network}
        super().__init__(MACHINE, spec.name, {**wanted, "objectId": None, "diskPaths": None}, opts)

    @property
    def summary(self) -> Output[dict[str, Any]]:
        """The machine's name and disks, for those who move servers into it."""
        name: Output[str] = pulumi.get(self, "name")
        return Output.all(name=name, disk_paths=pulumi.get(self, "diskPaths"))


class LandingZone(pulumi.ComponentResource):
    """Everything of one municipality in its centre."""

    def __init__(self, name: str, args: LandingZoneArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__(LANDING_ZONE, name, {"snapshotDigest": args.snapshot_digest}, opts)
        self.networks = {
            spec.name: Network(spec, opts=ResourceOptions(parent=self)) for spec in args.networks
        }
        self.machines = {
            spec.name: Machine(
                spec,
                self.networks[spec.network].network_name,
                opts=ResourceOptions(parent=self, protect=args.protect_machines),
            )
            for spec in args.machines
        }
        self.register_outputs({"snapshotDigest": args.snapshot_digest})


def landing_zone_program(args: LandingZoneArgs) -> None:
    """Register the landing zone and export what others need."""
    zone = LandingZone(args.municipality, args)
    pulumi.export("snapshot_digest", args.snapshot_digest)
    pulumi.export("uri", args.uri)
    pulumi.export("networks", {name: network.network_name for name, network in zone.networks.items()})
    pulumi.export("machines", {name: machine.summary for name, machine in zone.machines.items()})
