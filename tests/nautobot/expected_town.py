"""The inventory that has to come out of the lab's Nautobot content; shares no line with the importer."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from inventory.models import (
    VLAN,
    Device,
    Disk,
    Interface,
    Link,
    NetworkAdapter,
    RoutingDomain,
    Server,
    Site,
    Zone,
)
from inventory.natural_order import natural_key
from lab.nautobot.content import Content, PutDevice, PutInterface
from lab.nautobot.population import TOWN

MAPPING = f"""\
translations:
  site_kind:
    Daginstitution: day-care
    Skole: school
    Plejehjem: nursing-home
    Administration: administration
    Øvrigt: other
  device_role: {{Adgangsswitch: access, Kerneswitch: core, Firewall: firewall, Kantrouter: edge}}
  routing_domain: {{{TOWN}: storby}}
defaults:
  devices: {{credential: "env:STO_DEVICES"}}
  servers: {{owner: IT-afdelingen, environment: production}}
rules:
  - {{kind: zones, when: {{name: sundhed}}, set: {{sensitivity: health}}}}
  - {{kind: zones, when: {{name: "*"}}, set: {{sensitivity: internal}}}}
  - {{kind: servers, when: {{role: Omsorg}}, set: {{application: omsorg}}}}
  - {{kind: servers, when: {{name: "*"}}, set: {{application: fagsystem}}}}
leave_out:
  - {{kind: devices, when: {{role: Patchpanel}}, reason: it switches nothing}}
"""
_KINDS = {
    "Daginstitution": "day-care",
    "Skole": "school",
    "Plejehjem": "nursing-home",
    "Administration": "administration",
    "Øvrigt": "other",
}
_ROLES = {"Adgangsswitch": "access", "Kerneswitch": "core", "Firewall": "firewall", "Kantrouter": "edge"}
_PLATFORMS = {"Cisco IOS-XE": "ios", "Arista EOS": "eos", "FortiOS": "fortios"}
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "-"})


class ExpectedTown:
    """What the content says, in the inventory's own models, each kind by its name."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._parent = {row.name: row for row in content.locations}
        self._odd_ports = {cable.a for cable in content.cables if cable.b is None}
        self._odd_ports |= {
            end
            for cable in content.cables
            for end in (cable.a, cable.b)
            if end is not None and end[0] == "sto-sw1-1" and end[1].startswith("GigabitEthernet")
        }
        self.taken = tuple(device for device in content.devices if self._is_taken(device))

    def devices(self) -> dict[str, Device]:
        return {device.name: self._device(device) for device in self.taken}

    def sites(self) -> dict[str, Site]:
        names = {self._site(device.location) for device in self.taken}
        found = {}
        for name in names:
            slug = name.lower().translate(_LETTERS)
            found[slug] = Site.model_validate(
                {"name": slug, "title": name, "kind": _KINDS[self._parent[name].location_type]}
            )
        return found

    def vlans(self) -> dict[int, VLAN]:
        return {
            row.vid: VLAN(
                vlan_id=row.vid,
                name=row.name.lower(),
                zone=row.role.lower(),
                routing_domain="storby",
                prefix=None if row.prefix is None else IPv4Network(row.prefix),
            )
            for row in reversed(self._content.vlans)
            if row.tenant == TOWN
        }

    def zones(self) -> dict[str, Zone]:
        names = {vlan.zone for vlan in self.vlans().values()}
        return {
            name: Zone(name=name, sensitivity="health" if name == "sundhed" else "internal") for name in names
        }

    def routing_domains(self) -> dict[str, RoutingDomain]:
        prefixes = tuple(IPv4Network(row.prefix) for row in self._content.containers if row.tenant == TOWN)
        return {"storby": RoutingDomain(name="storby", prefixes=prefixes)}

    def links(self) -> set[tuple[str, ...]]:
        """Return both ends of each link in their order, or the end and the provider."""
        front = {}
        found = set()
        for cable in self._content.cables:
            if cable.b is not None and cable.b[1].startswith("rear"):
                front[cable.b[0], cable.b[1].replace("rear", "front")] = cable.a
        names = {device.name for device in self.taken}
        for cable in self._content.cables:
            near, far = front.get(cable.a, cable.a), cable.b
            if far is not None and {near[0], far[0]} <= names and far not in self._odd_ports:
                found.add(tuple(sorted((":".join(near), ":".join(far)))))
        for circuit in self._content.circuits:
            if circuit.end[0] in names:
                found.add((":".join(circuit.end), f"provider {circuit.provider}"))
        return found

    def servers(self) -> dict[str, Server]:
        return {
            row.name: Server(
                name=row.name,
                application="omsorg" if row.role == "Omsorg" else "fagsystem",
                environment="production",
                owner="IT-afdelingen",
                cpus=row.vcpus,
                ram_mib=row.memory_mb,
                operating_system=row.platform,
                networks=tuple(
                    NetworkAdapter(
                        vlan=port.vid or 0,
                        address=None if port.address is None else IPv4Interface(port.address).ip,
                    )
                    for port in row.interfaces
                ),
                disks=(Disk(name="vda", size_mib=row.disk_gb * 1024),),
            )
            for row in self._content.machines
            if row.tenant == TOWN and row.status == "Active"
        }

    def not_taken(self) -> set[str]:
        """Return the names of what has to be listed as not taken."""
        town = [row for row in self._content.devices if row.tenant == TOWN]
        names = {row.name for row in town} - {row.name for row in self.taken}
        names |= {":".join(end) for end in self._odd_ports if end[0] == "sto-sw1-1"}
        return names | {
            row.name for row in self._content.machines if row.tenant == TOWN and row.status == "Offline"
        }

    def left_out(self) -> set[str]:
        """Return the names of what the mapping leaves out."""
        return {row.name for row in self._content.panels if row.tenant == TOWN}

    def _is_taken(self, device: PutDevice) -> bool:
        return (
            device.tenant == TOWN
            and device.role in _ROLES
            and device.platform in _PLATFORMS
            and device.status == "Active"
            and device.primary is not None
        )

    def _site(self, location: str) -> str:
        row = self._parent[location]
        while row.location_type not in _KINDS:
            row = self._parent[row.parent or ""]
        return row.name

    def _device(self, row: PutDevice) -> Device:
        primary = next(port for port in row.interfaces if port.name == row.primary)
        return Device.model_validate(
            {
                "name": row.name,
                "site": self._site(row.location).lower().translate(_LETTERS),
                "role": _ROLES[row.role],
                "platform": _PLATFORMS[row.platform or ""],
                "model": row.model,
                "management_address": IPv4Address((primary.address or "").split("/")[0]),
                "management_interface": primary.name,
                "routing_domain": "storby",
                "credential": "env:STO_DEVICES",
                "serial_number": row.serial,
                "software_version": row.software,
                "interfaces": tuple(
                    self._interface(row, port)
                    for port in row.interfaces
                    if (row.name, port.name) not in self._odd_ports
                ),
            }
        )

    def _interface(self, device: PutDevice, port: PutInterface) -> Interface:
        role = "unused"
        if port.name == device.primary:
            role = "management"
        elif port.mode == "access":
            role = "access"
        elif port.mode == "tagged":
            role = "uplink" if port.role == "Uplink" else "trunk"
        elif port.address is not None:
            role = "routed"
        return Interface.model_validate(
            {
                "name": port.name,
                "role": role,
                "description": port.description or None,
                "vlan": port.untagged,
                "vlans": ",".join(str(vid) for vid in sorted(port.tagged)) or None,
                "address": None if port.address is None else IPv4Interface(port.address),
            }
        )


def ports_apart(device: Device) -> Device:
    """Return a device with each of its ports on its own, in the order of their names."""
    apart = [port.model_copy(update={"name": name}) for name, port in device.ports()]
    return device.model_copy(
        update={"interfaces": tuple(sorted(apart, key=lambda port: natural_key(port.name)))}
    )


def ends_of(link: Link) -> tuple[str, ...]:
    """Return what a link of the inventory connects, in the form of ``ExpectedTown.links``."""
    if link.ends is not None:
        return tuple(sorted(link.ends))
    return (link.end or "", f"provider {link.provider}")
