"""A device while it is put together: which ports are taken, and by what."""

from functools import lru_cache
from ipaddress import IPv4Interface

from inventory.generator.gear import Gear
from inventory.interface_ranges import InterfaceRange
from inventory.models import Device, DeviceRole, Interface, InterfaceRole, Link
from inventory.vlan_ranges import render_vlan_range


class DeviceDraft:
    """Hands out the ports of one device; what is left over in the end is unused."""

    def __init__(self, name: str, *, site: str, role: DeviceRole, gear: Gear, address: IPv4Interface) -> None:
        self.name = name
        self.site = site
        self.role = role
        self.gear = gear
        self.address = address
        self._interfaces: list[Interface] = []
        self._low, self._high, self._uplinks = 0, gear.ports, 0

    @property
    def free_ports(self) -> int:
        """Return how many ports are left, without uplinks."""
        return self._high - self._low

    def take_port(self) -> str:
        """Return the next free port from the bottom."""
        name = f"{self.gear.stem}{self.gear.first + self._low}"
        self._low += 1
        return self._checked(name)

    def take_top_port(self) -> str:
        """Return the next free port from the top, where people put cables to other switches."""
        self._high -= 1
        return self._checked(f"{self.gear.stem}{self.gear.first + self._high}")

    def take_uplink(self) -> str:
        """Return the next free uplink port; an ordinary one where all are taken."""
        if self._uplinks >= self.gear.uplinks:
            return self.take_top_port()
        self._uplinks += 1
        return f"{self.gear.uplink_stem}{self.gear.uplink_first + self._uplinks - 1}"

    def add(
        self,
        name: str,
        role: InterfaceRole,
        description: str | None = None,
        *,
        vlan: int | None = None,
        vlans: tuple[int, ...] = (),
        address: IPv4Interface | None = None,
        routing_domain: str | None = None,
    ) -> str:
        """Describe one port; returns its end as links name it."""
        self._interfaces.append(
            Interface(
                name=name,
                role=role,
                description=description,
                vlan=vlan,
                vlans=_rendered(vlans),
                address=address,
                routing_domain=routing_domain,
            )
        )
        return f"{self.name}:{name}"

    def add_access(self, count: int, vlan: int) -> None:
        """Describe the next free ports as access ports of one VLAN."""
        if count > 0:
            name = self._range(self._low, min(self._low + count, self._high))
            self._low = min(self._low + count, self._high)
            self._interfaces.append(Interface(name=name, role="access", vlan=vlan))

    def device(self, *, routing_domain: str, credential: str) -> Device:
        """Return the finished device, as a vendor delivers it: new, reachable, supported."""
        self.add(self.gear.management_interface, "management", address=self.address)
        if self.free_ports > 0:
            self._add_unused(self._range(self._low, self._high))
        if self._uplinks < self.gear.uplinks:
            first, last = self._uplinks, self.gear.uplinks - 1
            start = self.gear.uplink_first
            self._add_unused(InterfaceRange(self.gear.uplink_stem, start + first, start + last).render())
        return Device(
            name=self.name,
            site=self.site,
            role=self.role,
            platform=self.gear.platform,
            model=self.gear.model,
            management_address=self.address.ip,
            management_interface=self.gear.management_interface,
            routing_domain=routing_domain,
            credential=credential,
            interfaces=tuple(self._interfaces),
            software_version=self.gear.version,
        )

    def _add_unused(self, name: str) -> None:
        self._interfaces.append(Interface(name=name, role="unused"))

    def _range(self, low: int, high: int) -> str:
        first = self.gear.first
        return InterfaceRange(self.gear.stem, first + low, first + high - 1).render()

    def _checked(self, name: str) -> str:
        if self._low > self._high:
            msg = f"{self.name} ({self.gear.model}) has no port left"
            raise ValueError(msg)
        return name


def join(
    upper: tuple[DeviceDraft, str, InterfaceRole],
    lower: tuple[DeviceDraft, str, InterfaceRole],
    vlans: tuple[int, ...],
) -> Link:
    """Join two ports that carry the same VLANs by a cable; each names the other."""
    (one, port, role), (other, other_port, other_role) = upper, lower
    ends = (
        one.add(port, role, f"{other.name} {other_port}", vlans=vlans),
        other.add(other_port, other_role, f"{one.name} {port}", vlans=vlans),
    )
    return Link(ends=ends)


@lru_cache(maxsize=256)
def _rendered(vlans: tuple[int, ...]) -> str | None:
    """Return the range of some VLANs; the same few are on thousands of trunks."""
    return render_vlan_range(vlans) or None
