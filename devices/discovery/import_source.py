"""What a discovery found, as a source of an import: a person's word is never overwritten by it."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import Final

from pydantic import JsonValue, TypeAdapter, ValidationError

from devices.discovery.models import DiscoveredDevice, DiscoveredLink, Discovery, OwnInterface
from devices.facts import interface_key
from inventory.imports.mapping import ImportMapping
from inventory.imports.models import (
    FieldPath,
    ImportedFacts,
    ImportedField,
    ImportedObject,
    SkippedObject,
    SourceIdentity,
    link_key,
)
from inventory.models import Hostname, InterfaceName

ATTRIBUTES: Final = ("name", "platform", "model", "address", "version", "serial")
"""What the rules of a mapping may ask about a device."""

_HOSTNAME: Final[TypeAdapter[str]] = TypeAdapter(Hostname)
_INTERFACE: Final[TypeAdapter[str]] = TypeAdapter(InterfaceName)


class DiscoverySource:
    """A discovery as a source of devices and links."""

    def __init__(
        self,
        discovery: Discovery,
        mapping: ImportMapping,
        *,
        name: str,
        credential: str,
        described: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Keep what is needed.

        Args:
            discovery: what was found.
            mapping: site, role and whatever else no device says of itself.
            name: what to call the source, the same at every discovery of this network.
            credential: the reference that new devices get.
            described: per device, the ports that the inventory describes already; their role stands.

        """
        self._discovery = discovery
        self._mapping = mapping
        self._source = SourceIdentity(kind="discovery", name=name)
        self._credential = credential
        self._described = described or {}
        self._skipped: list[SkippedObject] = []

    def read(self) -> ImportedFacts:
        """Return the devices and links that were discovered.

        Raises:
            MappingError: a rule asks for something that discovery does not tell.

        """
        self._skipped = []
        self._mapping.require_attributes("devices", ATTRIBUTES)
        taken = self._named_devices()
        cabled = self._cabled_ports(taken)
        devices = [self._device(name, one, cabled.get(name, {})) for name, one in taken.items()]
        return ImportedFacts(
            source=self._source,
            # What was not reached is not gone; only a crawl that reached all of it can tell what vanished.
            covers=("devices", "links") if self._discovery.is_complete() else (),
            objects=(*devices, *self._links(taken)),
            skipped=tuple(self._skipped),
            notes=(*self._discovery.gaps, *self._one_sided()),
        )

    def _named_devices(self) -> dict[str, DiscoveredDevice]:
        by_name: dict[str, list[DiscoveredDevice]] = {}
        for device in self._discovery.devices:
            by_name.setdefault(self._mapping.host_name(device.said.host_name), []).append(device)
        taken: dict[str, DiscoveredDevice] = {}
        for name, same in by_name.items():
            reason = self._why_not(name, same)
            if reason is None:
                taken[name] = same[0]
                continue
            why, action, expected = reason
            for device in same:
                self._skip(name, device, why, action, expected=expected)
        return taken

    def _why_not(self, name: str, same: list[DiscoveredDevice]) -> tuple[str, str, bool] | None:
        if len(same) > 1:
            return f"{len(same)} devices have this name", "give each its own host name", False
        try:
            _HOSTNAME.validate_python(name)
        except ValidationError:
            return (
                "its name is no host name here",
                "cut its domain or rename it under names in the mapping",
                False,
            )
        left_out = self._mapping.reason_to_leave_out("devices", _attributes(name, same[0]))
        if left_out is not None:
            return left_out, "nothing; the mapping leaves it out", True
        if same[0].management_interface() is None:
            address = same[0].management_address
            return (
                f"none of its interfaces has the address {address} at which it answered",
                "discover it at an address of its own (not one that is translated or shared)",
                False,
            )
        return None

    def _device(
        self, name: str, device: DiscoveredDevice, cabled: Mapping[str, OwnInterface]
    ) -> ImportedObject:
        said, origin = device.said, _origin(device)
        read = [
            self._field(("platform",), self._mapping.translate("platform", said.platform), origin),
            self._field(("model",), self._mapping.translate("model", said.model), origin),
            self._field(("management_address",), str(device.management_address), origin),
            self._field(
                ("credential",),
                said.opened_by or self._credential,
                "the login that opened it",
                is_default=True,
            ),
        ]
        managed = device.management_interface()
        read.append(self._field(("management_interface",), managed, origin))
        if said.serial_number:
            read.append(self._field(("serial_number",), said.serial_number, origin))
        if said.software_version:
            read.append(self._field(("software_version",), said.software_version, origin))
        fields = self._mapping.fields_for("devices", tuple(read), _attributes(name, device))
        ports = (one for one in said.interfaces if one.name == managed or interface_key(one.name) in cabled)
        port_fields = [
            field
            for port in ports
            for field in self._port(name, device, port, is_managed=port.name == managed)
        ]
        return ImportedObject(kind="devices", key=name, fields=(*fields, *port_fields), origin=origin)

    def _port(
        self, name: str, device: DiscoveredDevice, port: OwnInterface, *, is_managed: bool
    ) -> Iterator[ImportedField]:
        """Yield what the inventory holds of a port; a person's role stays where one is written."""
        at, origin = ("interfaces", port.name), _origin(device)
        known = port.name in self._described.get(name, frozenset())
        for key, value in _port_values(device, port, is_managed=is_managed):
            yield self._field((*at, key), value, origin, is_default=known)

    def _cabled_ports(self, taken: Mapping[str, DiscoveredDevice]) -> dict[str, dict[str, OwnInterface]]:
        names = {one.said.host_name: name for name, one in taken.items()}
        found: dict[str, dict[str, OwnInterface]] = {}
        for link in self._discovery.links:
            for end in link.ends:
                name = names.get(end.device)
                own = taken[name].said.interfaces if name is not None else ()
                for port in own:
                    if name is not None and port.name == end.interface:
                        found.setdefault(name, {})[interface_key(port.name)] = port
        return found

    def _links(self, taken: Mapping[str, DiscoveredDevice]) -> Iterator[ImportedObject]:
        names = {one.said.host_name: name for name, one in taken.items()}
        for link in self._discovery.links:
            ends = [(names.get(end.device), end.interface) for end in link.ends]
            written = [f"{name}:{interface}" for name, interface in ends]
            reason = _why_no_link(ends)
            if reason is not None:
                self._skipped.append(
                    SkippedObject(
                        kind="links",
                        name=" - ".join(end.render() for end in link.ends),
                        origin=_told(link),
                        reason=reason,
                        action="see above why, or write the link by hand",
                    )
                )
                continue
            yield ImportedObject(
                kind="links",
                key=link_key(written),
                fields=(self._field(("ends",), list(written), _told(link)),),
                origin=_told(link),
            )

    def _one_sided(self) -> Iterator[str]:
        for link in self._discovery.links:
            if link.one_sided():
                ends = " - ".join(end.render() for end in link.ends)
                yield f"{ends}: {_told(link)}; look at the other end"

    def _skip(self, name: str, device: DiscoveredDevice, reason: str, action: str, *, expected: bool) -> None:
        self._skipped.append(
            SkippedObject(
                kind="devices",
                name=device.said.host_name,
                key=name or None,
                origin=_origin(device),
                reason=reason,
                action=action,
                expected=expected,
            )
        )

    @staticmethod
    def _field(path: FieldPath, value: JsonValue, origin: str, *, is_default: bool = False) -> ImportedField:
        return ImportedField(path=path, value=value, origin=origin, only_if_missing=is_default)


def _attributes(name: str, device: DiscoveredDevice) -> dict[str, tuple[str, ...]]:
    said = device.said
    return {
        "name": (name, said.host_name),
        "platform": (said.platform,),
        "model": (said.model,),
        "address": (str(device.management_address),),
        "version": (said.software_version,),
        "serial": (said.serial_number,),
    }


def _port_values(
    device: DiscoveredDevice, port: OwnInterface, *, is_managed: bool
) -> Iterator[tuple[str, JsonValue]]:
    if is_managed:
        yield "role", "management"
        yield "address", _address_of(port, device.management_address)
    elif port.mode == "routed" and port.addresses:
        # Its routing domain is not told by any device, so a person adds the address with it.
        yield "role", "routed"
    elif port.mode == "trunk" and port.trunk_vlans is not None:
        yield "role", "trunk"
        yield "vlans", port.trunk_vlans
    elif port.mode == "access" and port.access_vlan is not None:
        yield "role", "access"
        yield "vlan", port.access_vlan
    else:
        yield "role", "uplink"


def _address_of(port: OwnInterface, address: IPv4Address) -> str:
    return str(next(one for one in port.addresses if one.ip == address))


def _why_no_link(ends: list[tuple[str | None, str]]) -> str | None:
    for name, interface in ends:
        if name is None:
            return "the device at one end of it is not inventoried"
        try:
            _INTERFACE.validate_python(interface)
        except ValidationError:
            return f"'{interface}' is no interface name here"
    return None


def _told(link: DiscoveredLink) -> str:
    protocols = " and ".join(one.upper() for one in link.protocols)
    if link.one_sided():
        return f"{protocols}, only {link.told_by[0]} tells it"
    return f"{protocols}, both ends tell it"


def _origin(device: DiscoveredDevice) -> str:
    return f"{device.said.host_name} at {device.management_address}"
