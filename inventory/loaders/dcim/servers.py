"""Servers: the virtual machines of a DCIM server."""

import string

from inventory.imports.models import ImportedField
from inventory.loaders.dcim.collected import Collected, NotTaken, fact, words
from inventory.loaders.dcim.content import HeldAdapter, HeldContent, HeldMachine
from inventory.loaders.dcim.networks import Networks, status_reason
from inventory.loaders.dcim.ports import Ports
from inventory.loaders.dcim.words import is_active
from inventory.natural_order import natural_key

ATTRIBUTES = ("name", "cluster", "role", "tenant", "platform", "status", "tag")
_OFF = "offline"


class Servers:
    """Takes the machines."""

    def __init__(self, content: HeldContent, collected: Collected, networks: Networks, ports: Ports) -> None:
        self._collected = collected
        self._networks = networks
        self._ports = ports
        self._adapters: dict[str, list[HeldAdapter]] = {}
        for adapter in content.adapters:
            self._adapters.setdefault(adapter.machine, []).append(adapter)
        for machine in sorted(content.machines, key=lambda one: natural_key(one.name)):
            self._take(machine)

    def _take(self, machine: HeldMachine) -> None:
        name = self._collected.mapping.host_name(machine.name)
        attributes = _attributes(machine)
        if self._collected.left_out("servers", machine, attributes, name or None):
            return
        try:
            self._refuse_unwanted(machine)
            fields = [*self._sizes(machine), self._networks_of(machine)]
        except NotTaken as refused:
            self._collected.refuse("servers", machine, refused, name or None)
            return
        self._collected.add("servers", name, machine.url, fields, attributes)

    def _refuse_unwanted(self, machine: HeldMachine) -> None:
        mapping = self._collected.mapping
        if is_active(mapping, machine.status):
            return
        if machine.status.lower() == _OFF:
            if mapping.powered_off == "leave-out":
                raise NotTaken("it is switched off", "set powered_off: take in the mapping, if it is wanted")
            return
        raise NotTaken(*status_reason(machine.status))

    def _sizes(self, machine: HeldMachine) -> list[ImportedField]:
        url = machine.url
        fields = []
        if machine.cpus is not None:
            fields.append(fact(url, machine.cpus, "cpus"))
        if machine.ram_mib is not None:
            fields.append(fact(url, machine.ram_mib, "ram_mib"))
        if machine.platform is not None:
            fields.append(fact(url, machine.platform, "operating_system"))
        letters = string.ascii_lowercase
        if len(machine.disks_mib) > len(letters):
            raise NotTaken(f"it has {len(machine.disks_mib)} disks", f"an inventory holds {len(letters)}")
        for letter, size_mib in zip(letters, machine.disks_mib, strict=False):
            fields.append(fact(url, size_mib, "disks", f"vd{letter}", "size_mib"))
        return fields

    def _networks_of(self, machine: HeldMachine) -> ImportedField:
        adapters = sorted(self._adapters.get(machine.id, ()), key=lambda one: natural_key(one.name))
        if not adapters:
            raise NotTaken("it has no network adapter", "add it with its VLAN")
        networks: list[dict[str, int | str]] = []
        for adapter in adapters:
            vlan, address = self._adapter(adapter, machine)
            networks.append({"vlan": vlan} if address is None else {"vlan": vlan, "address": address})
        return fact(adapters[0].url, [dict(one) for one in networks], "networks")

    def _adapter(self, adapter: HeldAdapter, machine: HeldMachine) -> tuple[int, str | None]:
        """Return the VLAN and the address of an adapter; the VLAN may follow from the address."""
        held = [pair for one in adapter.addresses if (pair := self._ports.address(one)) is not None]
        held.sort(key=lambda pair: pair[1])
        address = str(held[0][1].ip) if held else None
        vlan = None if adapter.untagged is None else self._networks.vid_of(adapter.untagged)
        if adapter.untagged is None:
            vlan = self._collected.mapping.vlan_of(adapter.name)
            if vlan is None and held:
                found = self._networks.vid_of_address(held[0][1].ip, held[0][0].namespace)
                vlan = None if found is None else found[0]
        if vlan is None:
            raise NotTaken(
                f"the VLAN of its adapter {adapter.name} is not known",
                "set it in the server, or name the adapter under networks in the mapping",
            )
        key = self._collected.mapping.host_name(machine.name) or None
        left = self._ports.left_of(adapter.addresses, held)
        self._collected.skip_addresses("servers", left, f"{machine.name}:{adapter.name}", key)
        return vlan, address


def _attributes(machine: HeldMachine) -> dict[str, tuple[str, ...]]:
    return {
        "name": words(machine.name),
        "cluster": words(machine.cluster),
        "role": words(machine.role),
        "tenant": words(machine.tenant),
        "platform": words(machine.platform),
        "status": words(machine.status),
        "tag": machine.tags,
    }
