"""What the provider manages, network and machine, over the protocol of the hypervisors room."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hypervisors.errors import ObjectDiffersError, ObjectTakenError
from hypervisors.hypervisor import Hypervisor
from hypervisors.models import Machine, MachineSpec, Network, NetworkSpec
from stacks.provider.properties import Properties, properties_of, spec_of
from stacks.tokens import MACHINE, NETWORK


class UnknownResourceError(Exception):
    """The engine asks for a type that this provider does not have."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the provider has no resource {kind}: run `make setup` again")
        self.kind = kind


@dataclass(frozen=True)
class Found:
    """An object as the platform holds it: its name is its id, its owner tells whose it is."""

    name: str
    owner: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


class Resource(Protocol):
    """One kind of resource; every method raises only what the hypervisors room raises."""

    model: type[NetworkSpec] | type[MachineSpec]
    changeable: frozenset[str]
    computed: tuple[str, ...]

    def find(self, hypervisor: Hypervisor, name: str) -> Found | None:
        """Return the object of a name."""

    def create(self, hypervisor: Hypervisor, inputs: Properties) -> Found:
        """Make the object or adopt the identical one."""

    def update(self, hypervisor: Hypervisor, inputs: Properties) -> Found:
        """Change the object in place."""

    def delete(self, hypervisor: Hypervisor, name: str) -> None:
        """Delete the object; one that is gone already is no error."""


class NetworkResource:
    """A network with its VLAN: whatever changes makes another network of it."""

    model: type[NetworkSpec] | type[MachineSpec] = NetworkSpec
    changeable: frozenset[str] = frozenset()
    computed: tuple[str, ...] = ("objectId",)

    def find(self, hypervisor: Hypervisor, name: str) -> Found | None:
        """Return the network of a name."""
        network = hypervisor.network(name)
        return None if network is None else _found_network(network)

    def create(self, hypervisor: Hypervisor, inputs: Properties) -> Found:
        """Make the network or adopt the identical one."""
        return _found_network(hypervisor.create_network(spec_of(NetworkSpec, inputs)))

    def update(self, hypervisor: Hypervisor, inputs: Properties) -> Found:
        """Make sure that the network is as wanted; nothing of it can be changed in place."""
        return self.create(hypervisor, inputs)

    def delete(self, hypervisor: Hypervisor, name: str) -> None:
        """Delete the network."""
        hypervisor.delete_network(name)


class MachineResource:
    """A machine: CPUs, memory and published ports change in place while it is off."""

    model: type[NetworkSpec] | type[MachineSpec] = MachineSpec
    changeable: frozenset[str] = frozenset({"cpus", "ramMib", "publishedPorts"})
    computed: tuple[str, ...] = ("objectId", "diskPaths")

    def find(self, hypervisor: Hypervisor, name: str) -> Found | None:
        """Return the machine of a name."""
        machine = hypervisor.machine(name)
        return None if machine is None else _found_machine(machine)

    def create(self, hypervisor: Hypervisor, inputs: Properties) -> Found:
        """Define the machine or adopt the identical one."""
        return _found_machine(hypervisor.create_machine(spec_of(MachineSpec, inputs)))

    def update(self, hypervisor: Hypervisor, inputs: Properties) -> Found:
        """Change the machine in place; it has to be off. One whose creation broke off is completed first."""
        spec = spec_of(MachineSpec, inputs)
        try:
            return _found_machine(hypervisor.create_machine(spec))
        except ObjectDiffersError:
            return _found_machine(hypervisor.update_machine(spec))

    def delete(self, hypervisor: Hypervisor, name: str) -> None:
        """Delete the machine with its disks; it has to be off."""
        hypervisor.delete_machine(name)


RESOURCES: Mapping[str, Resource] = {NETWORK: NetworkResource(), MACHINE: MachineResource()}


def resource_of(urn: str) -> Resource:
    """Return what manages the resource of a URN, whose type carries the types of the components around it.

    Raises:
        UnknownResourceError: this provider has no such type.

    """
    kind = urn.split("::")[2].rsplit("$", maxsplit=1)[-1]
    if kind not in RESOURCES:
        raise UnknownResourceError(kind)
    return RESOURCES[kind]


def find_own(resource: Resource, hypervisor: Hypervisor, name: str, owner: str | None) -> Found | None:
    """Return the object of a name where it has this owner, or any owner where none is given."""
    found = resource.find(hypervisor, name)
    return found if found is not None and owner in {None, found.owner} else None


def delete_own(resource: Resource, hypervisor: Hypervisor, name: str, owner: str) -> None:
    """Delete an object that still has this owner.

    Raises:
        ObjectTakenError: somebody else has it by now.

    """
    found = resource.find(hypervisor, name)
    if found is not None and found.owner != owner:
        kind = "network" if resource.model is NetworkSpec else "machine"
        raise ObjectTakenError(kind, name, owner=found.owner, wanted_owner=owner)
    resource.delete(hypervisor, name)


def changed_keys(old: Properties, new: Properties) -> tuple[str, ...]:
    """Return the properties in which two bags differ."""
    return tuple(sorted(key for key in {*old, *new} if old.get(key) != new.get(key)))


def _found_network(network: Network) -> Found:
    inputs = properties_of(network.spec)
    return Found(network.spec.name, network.spec.owner, inputs, {**inputs, "objectId": network.object_id})


def _found_machine(machine: Machine) -> Found:
    inputs = properties_of(machine.spec)
    outputs = {
        **inputs,
        "objectId": machine.object_id,
        "diskPaths": {disk.name: disk.path for disk in machine.disks},
    }
    return Found(machine.spec.name, machine.spec.owner, inputs, outputs)
