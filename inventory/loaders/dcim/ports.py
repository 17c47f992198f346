"""Ports: what the mode, VLANs, addresses and cable of an interface say about how it is used."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import Final

from inventory.imports.mapping import ImportMapping
from inventory.imports.models import ImportedField
from inventory.loaders.dcim.collected import NotTaken, fact
from inventory.loaders.dcim.content import HeldAddress, HeldContent, HeldInterface
from inventory.loaders.dcim.networks import Networks
from inventory.loaders.dcim.words import interface_role, routing_domain_of
from inventory.natural_order import natural_key

_TRUNKS: Final = ("trunk", "uplink")


@dataclass(frozen=True)
class Port:
    """A port as an inventory has it."""

    name: str
    fields: tuple[ImportedField, ...]
    used: bool
    left: tuple[HeldAddress, ...] = ()
    """Addresses of it that an inventory has no room for."""


class Ports:
    """The ports of every device, and what is needed to judge one."""

    def __init__(self, content: HeldContent, mapping: ImportMapping, networks: Networks) -> None:
        self.of_device: Mapping[str, list[HeldInterface]] = defaultdict(list)
        self.held = {one.id: one for one in content.interfaces}
        for one in sorted(content.interfaces, key=lambda port: natural_key(port.name)):
            self.of_device[one.device].append(one)
        self._mapping = mapping
        self._networks = networks
        self._addresses = {one.id: one for one in content.addresses}

    def address(self, one: str | None) -> tuple[HeldAddress, IPv4Interface] | None:
        """Return an address, if it was read and is IPv4."""
        held = self._addresses.get(one or "")
        if held is None or not isinstance(held.address, IPv4Interface):
            return None
        return held, held.address

    def holder(self, device: str, address: str) -> HeldInterface | None:
        """Return the port of a device that holds an address."""
        return next((one for one in self.of_device[device] if address in one.addresses), None)

    def port(self, held: HeldInterface, *, primary: str, domain: str) -> Port:
        """Return a port with its facts.

        Args:
            held: What the server has.
            primary: The device's primary address.
            domain: The device's routing domain.

        Raises:
            NotTaken: What the server says cannot stand in an inventory.

        """
        carrier = self._carrier(held)
        addresses = [pair for one in held.addresses if (pair := self.address(one)) is not None]
        role = self._role(held, carrier, has_address=bool(addresses), is_primary=primary in held.addresses)
        fields = {"role": role, **self._vlans(carrier, role), **self._described(held)}
        facts = [fact(held.url, value, "interfaces", held.name, name) for name, value in fields.items()]
        addresses.sort(key=lambda pair: (pair[0].id != primary, pair[1]))
        if addresses:
            facts += self._address_facts(held, addresses[0], domain)
        return Port(held.name, tuple(facts), role != "unused", self.left_of(held.addresses, addresses))

    def left_of(
        self, ids: tuple[str, ...], usable: list[tuple[HeldAddress, IPv4Interface]]
    ) -> tuple[HeldAddress, ...]:
        """Return the addresses of a port but the first usable one."""
        taken = usable[0][0].id if usable else None
        return tuple(held for one in ids if one != taken and (held := self._addresses.get(one)) is not None)

    def _carrier(self, held: HeldInterface) -> HeldInterface:
        """Return what tells the VLANs of a port: itself, or the bundle that it is a member of."""
        bundle = self.held.get(held.lag or "")
        return bundle if bundle is not None and held.mode is None else held

    def _role(
        self, held: HeldInterface, carrier: HeldInterface, *, has_address: bool, is_primary: bool
    ) -> str:
        said = interface_role(self._mapping, held.role) or interface_role(self._mapping, carrier.role)
        if is_primary:
            return "management"
        if carrier.mode == "access" and carrier.untagged is not None:
            return said if said in ("sensor", "management") else "access"
        if carrier.mode is not None and carrier.mode.startswith("tagged"):
            return said if said in ("uplink", "sensor") else "trunk"
        if said is not None and said not in ("access", "trunk", "unused"):
            return said
        return _role_without_vlans(held, has_address=has_address)

    def _vlans(self, carrier: HeldInterface, role: str) -> dict[str, int | str]:
        if carrier.mode == "access" and carrier.untagged is not None:
            return {"vlan": self._vid(carrier.untagged)}
        if role not in _TRUNKS and carrier.mode is None:
            return {}
        if carrier.mode == "tagged-all":
            raise NotTaken("it carries every VLAN, whichever they are", "name the VLANs that it carries")
        vids = sorted({self._vid(one) for one in carrier.tagged})
        if not vids and role == "trunk":
            raise NotTaken("it is a trunk without VLANs", "name the VLANs that it carries")
        return {"vlans": compress(vids)} if vids else {}

    def _vid(self, vlan: str) -> int:
        vid = self._networks.vid_of(vlan)
        if vid is None:
            raise NotTaken(
                "it carries a VLAN that is not imported", "read its location as well, or correct the port"
            )
        return vid

    def _described(self, held: HeldInterface) -> dict[str, str]:
        return {"description": held.description} if held.description else {}

    def _address_facts(
        self, held: HeldInterface, first: tuple[HeldAddress, IPv4Interface], domain: str
    ) -> list[ImportedField]:
        """Return the address of a port; of several it is the primary one, else the lowest."""
        said, address = first
        facts = [fact(said.url, str(address), "interfaces", held.name, "address")]
        own = routing_domain_of(self._mapping, said.namespace)
        if own != domain:
            facts.append(fact(said.url, own, "interfaces", held.name, "routing_domain"))
        return facts


def compress(vids: list[int]) -> str:
    """Return VLAN numbers as an inventory writes them: 10,110-112."""
    runs: list[list[int]] = []
    for vid in vids:
        if runs and vid == runs[-1][1] + 1:
            runs[-1][1] = vid
        else:
            runs.append([vid, vid])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


def _role_without_vlans(held: HeldInterface, *, has_address: bool) -> str:
    if held.mgmt_only or has_address:
        return "management" if held.mgmt_only else "routed"
    if held.cable_url is None and held.lag is None:
        return "unused"
    raise NotTaken(
        "it has a cable and neither VLANs nor an address, so that its use is not known",
        "give it a mode, an address or a role in the server",
    )
