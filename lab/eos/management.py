"""Whether the running configuration still lets eAPI be reached, and what it says of interfaces."""

from lab.cli_dialect import Node
from lab.cli_tree import ConfigTree


def is_shut_down(interface: Node) -> bool:
    """Return whether an interface is switched off."""
    return any(line.text == "shutdown" for line in interface.children)


def _vrf(interface: Node) -> str:
    return next((line.text.split()[-1] for line in interface.children if line.text.split()[0] == "vrf"), "")


def _says(section: Node, text: str) -> bool:
    return any(line.text == text for line in section.children)


def management_reachable(running: ConfigTree, interface: str) -> bool:
    """Return whether eAPI over HTTPS answers on an interface.

    The interface must be up and have an address; eAPI must run, also in the interface's VRF, and speak HTTPS.

    Args:
        running: The running configuration.
        interface: The full name of the management interface.
    """
    port = next(iter(running.find(f"interface {interface}")), None)
    if port is None or is_shut_down(port):
        return False
    if not any(line.text.startswith(("ip address ", "ipv6 address ")) for line in port.children):
        return False
    api = next(iter(running.find("management api http-commands")), None)
    if api is None or not _says(api, "no shutdown") or _says(api, "no protocol https"):
        return False
    vrf = _vrf(port)
    served = [section for section in api.children if section.text == f"vrf {vrf}"]
    return not vrf or any(_says(section, "no shutdown") for section in served)
