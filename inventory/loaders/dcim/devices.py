"""Devices and links: the gear of a DCIM server, its ports, and where its cables lead."""

import re
from typing import Final

from inventory.imports.models import ImportedField, link_key
from inventory.loaders.dcim.collected import Collected, NotTaken, fact, words
from inventory.loaders.dcim.content import HeldContent, HeldDevice, HeldInterface
from inventory.loaders.dcim.networks import status_reason
from inventory.loaders.dcim.places import Places
from inventory.loaders.dcim.ports import Port, Ports
from inventory.loaders.dcim.words import device_role, is_active, platform_of, routing_domain_of
from inventory.natural_order import natural_key

ATTRIBUTES = (
    "name",
    "location",
    "role",
    "platform",
    "manufacturer",
    "model",
    "status",
    "tenant",
    "tag",
)
_HOST_NAME: Final = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
_PORT_NAME: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9/._:-]{0,63}$")


class Devices:
    """The devices that are taken, and through which ports cables can be told."""

    def __init__(self, content: HeldContent, collected: Collected, places: Places, ports: Ports) -> None:
        self._collected = collected
        self._places = places
        self._ports = ports
        self._providers = content.providers
        self._end_of: dict[str, str] = {}
        """Each port that a cable may end at, by the server's id, as device:port."""
        self._seen: set[str] = set()
        for device in sorted(content.devices, key=lambda one: natural_key(one.name)):
            self._take(device)
        known = {device.id for device in content.devices}
        for port in content.interfaces:
            if port.device not in known:
                reason = "it is in a module, and the server does not tell in which device"
                self._collected.skip("devices", port, reason, "give the device the port itself")

    def take_links(self) -> None:
        """Take the link of every cable between two ports that are taken, and say which lead elsewhere."""
        for one, end in list(self._end_of.items()):
            held = self._ports.held[one]
            if held.cable_url is not None:
                self._take_link(held, end)

    def _take(self, device: HeldDevice) -> None:
        mapping = self._collected.mapping
        name = mapping.host_name(device.name)
        key = name if _HOST_NAME.match(name) else None
        attributes = self._attributes(device)
        if self._collected.left_out("devices", device, attributes, key):
            return
        try:
            self._refuse_unusable(device)
            fields, ports = self._fields(device)
            _refuse_nameless(device, key)
        except NotTaken as refused:
            self._collected.refuse("devices", device, refused, key)
            return
        self._collected.add("devices", name, device.url, fields, attributes)
        for held, port in ports:
            if port.used:
                self._end_of[held.id] = f"{name}:{port.name}"

    def _refuse_unusable(self, device: HeldDevice) -> None:
        if not is_active(self._collected.mapping, device.status):
            raise NotTaken(*status_reason(device.status))

    def _fields(self, device: HeldDevice) -> tuple[list[ImportedField], list[tuple[HeldInterface, Port]]]:
        mapping, url = self._collected.mapping, device.url
        role = device_role(mapping, device.role)
        if role is None:
            raise NotTaken(
                f"its role '{device.role}' is not known",
                "translate it under translations.device_role to edge, firewall, core or access",
            )
        platform = platform_of(mapping, device.platform, device.driver)
        if platform is None:
            reason = (
                f"its platform '{device.platform}' is not known" if device.platform else "no platform is set"
            )
            raise NotTaken(reason, "give it one, or translate it under translations.platform")
        found = self._ports.address(device.primary)
        holder = self._ports.holder(device.id, device.primary or "")
        if found is None or holder is None:
            raise NotTaken(
                "it has no primary IPv4 address on a port of its own", "set it, so that it can be reached"
            )
        site = self._places.site_of(device.place)
        if site is None:
            raise NotTaken("its place is no site that is imported", "see what is said of that place")
        address, interface = found
        domain = routing_domain_of(mapping, address.namespace)
        fields = [
            fact(url, site, "site"),
            fact(url, role, "role"),
            fact(url, platform, "platform"),
            fact(url, device.model, "model"),
            fact(address.url, str(interface.ip), "management_address"),
            fact(holder.url, holder.name, "management_interface"),
            fact(address.url, domain, "routing_domain"),
        ]
        if device.serial:
            fields.append(fact(url, device.serial, "serial_number"))
        if device.software:
            fields.append(fact(url, device.software, "software_version"))
        ports = self._take_ports(device, domain)
        _refuse_without(holder.name, ports)
        return [*fields, *(one for _, port in ports for one in port.fields)], ports

    def _take_ports(self, device: HeldDevice, domain: str) -> list[tuple[HeldInterface, Port]]:
        name = self._collected.mapping.host_name(device.name)
        taken: list[tuple[HeldInterface, Port]] = []
        for held in self._ports.of_device[device.id]:
            try:
                _refuse_odd_name(held)
                port = self._ports.port(held, primary=device.primary or "", domain=domain)
            except NotTaken as refused:
                called = held.model_copy(update={"name": f"{device.name}:{held.name}"})
                self._collected.refuse("devices", called, refused, name)
                continue
            taken.append((held, port))
            self._collected.skip_addresses("devices", port.left, f"{device.name}:{port.name}", name)
        return taken

    def _attributes(self, device: HeldDevice) -> dict[str, tuple[str, ...]]:
        return {
            "name": words(device.name),
            "location": self._places.names(device.place),
            "role": words(device.role),
            "platform": words(device.platform),
            "manufacturer": words(device.manufacturer),
            "model": words(device.model),
            "status": words(device.status),
            "tenant": words(device.tenant),
            "tag": device.tags,
        }

    def _take_link(self, held: HeldInterface, end: str) -> None:
        origin, far = held.cable_url or held.url, held.far
        called = held.model_copy(update={"name": end, "url": origin})
        if far is None:
            self._collected.skip(
                "links", called, "its cable leads nowhere", "add the cable's other end, or remove the cable"
            )
        elif not far.connected:
            self._collected.skip(
                "links", called, "its cable is not connected yet", "set the cable to Connected when it is"
            )
        elif far.kind == "interface" and far.id in self._end_of:
            self._add_link(link_key([end, self._end_of[far.id]]), origin, sorted([end, self._end_of[far.id]]))
        elif far.kind == "circuit" and far.id in self._providers:
            self._add_provider(end, origin, self._providers[far.id])
        else:
            self._collected.skip(
                "links",
                called,
                "its cable leads to something that is not imported",
                "see what is said of the device there, or read its location as well",
            )

    def _add_link(self, key: str, origin: str, ends: list[str]) -> None:
        # Both ends tell the same cable.
        if key not in self._seen:
            self._seen.add(key)
            self._collected.add("links", key, origin, [fact(origin, [*ends], "ends")])

    def _add_provider(self, end: str, origin: str, provider: str) -> None:
        fields = [fact(origin, end, "end"), fact(origin, provider, "provider")]
        self._collected.add("links", f"{end} <-> provider {provider}", origin, fields)


def _refuse_nameless(device: HeldDevice, key: str | None) -> None:
    if key is None:
        reason = f"'{device.name}' is no host name" if device.name else "it has no name"
        raise NotTaken(reason, "rename it, or say its name under names in the mapping")


def _refuse_without(name: str, ports: list[tuple[HeldInterface, Port]]) -> None:
    if all(port.name != name for _, port in ports):
        raise NotTaken("the port of its primary address cannot be taken", "see what is said of it")


def _refuse_odd_name(held: HeldInterface) -> None:
    if not _PORT_NAME.match(held.name):
        raise NotTaken("its name has characters that no port has", "rename it")
