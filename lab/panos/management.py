"""Whether the running configuration still lets the firewall be reached, and what its LLDP hears."""

from __future__ import annotations

import ipaddress
from typing import Final

from lab.models import NeighbourSpec
from lab.panos.tree import Node

_SYSTEM: Final = ("deviceconfig", "system")
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


def service_runs(running: Node, service: str) -> bool:
    """Return whether a service of the management port is switched on; SSH and HTTPS are by default."""
    return running.text(*_SYSTEM, "service", f"disable-{service}", default="no") != "yes"


class ManagementPort:
    """The dedicated port: it can be reached where the beginning says, from where the beginning allows."""

    def __init__(self, running: Node) -> None:
        self._address = running.text(*_SYSTEM, "ip-address")
        self._stations = _permitted(running) or _own_network(running)

    def is_reached(self, running: Node) -> bool:
        """Return whether a station of the beginning still gets to the port."""
        if running.text(*_SYSTEM, "ip-address") != self._address:
            return False
        permitted = _permitted(running)
        return not permitted or any(
            one.version == other.version and one.overlaps(other)
            for one in permitted
            for other in self._stations
        )


def _permitted(running: Node) -> tuple[IPNetwork, ...]:
    names = running.names(*_SYSTEM, "permitted-ip")
    return tuple(ipaddress.ip_interface(name).network for name in names)


def _own_network(running: Node) -> tuple[IPNetwork, ...]:
    address = running.text(*_SYSTEM, "ip-address", default="192.168.1.1")
    mask = running.text(*_SYSTEM, "netmask", default="255.255.255.0")
    return (ipaddress.ip_interface(f"{address}/{mask}").network,)


def is_up(running: Node, interface: str) -> bool:
    """Return whether a port is not switched off."""
    return running.text("network", "interface", "ethernet", interface, "link-state") != "down"


def heard_neighbours(running: Node, neighbours: tuple[NeighbourSpec, ...]) -> tuple[NeighbourSpec, ...]:
    """Return the neighbours on ports that are up, where LLDP runs on the firewall and on the port."""
    if running.text("network", "lldp", "enable") != "yes":
        return ()
    ports = ("network", "interface", "ethernet")
    return tuple(
        one
        for one in neighbours
        if is_up(running, one.local_interface)
        and any(
            running.text(*ports, one.local_interface, layer, "lldp", "enable") == "yes"
            for layer in ("layer3", "layer2", "virtual-wire")
        )
    )
