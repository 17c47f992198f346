"""Whether the running configuration still lets the API be reached, and what its LLDP hears."""

from lab.fortios.tree import Block
from lab.models import NeighbourSpec


def management_reachable(running: Block, interface: str, port: str) -> bool:
    """Return whether HTTPS is answered on the management interface, on the port of the beginning."""
    port_of = running.section("system interface").entries.get(interface)
    if port_of is None or not is_up(port_of):
        return False
    has_address = port_of.text_of("mode", "static") != "static" or port_of.text_of("ip") != ""
    answers = "https" in port_of.text_of("allowaccess").split()
    return has_address and answers and admin_port(running) == port


def admin_port(running: Block) -> str:
    """Return the port that HTTPS is answered on."""
    return running.section("system global").text_of("admin-sport", "443")


def is_up(interface: Block) -> bool:
    """Return whether an interface is switched on."""
    return interface.text_of("status", "up") == "up"


def heard_neighbours(running: Block, neighbours: tuple[NeighbourSpec, ...]) -> tuple[NeighbourSpec, ...]:
    """Return the neighbours that LLDP hears on interfaces that are up and listen."""
    everywhere = running.section("system global").text_of("lldp-reception", "disable")
    heard = []
    for one in neighbours:
        interface = running.section("system interface").entries.get(one.local_interface)
        if interface is None or not is_up(interface):
            continue
        listens = interface.text_of("lldp-reception", "vdom")
        if (everywhere if listens == "vdom" else listens) == "enable":
            heard.append(one)
    return tuple(heard)
