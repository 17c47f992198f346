"""The tables that a Nexus switch shows: ports, VLANs, neighbours and mirror sessions."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lab.cli_dialect import Node
from lab.cli_vlans import read_vlans
from lab.models import NeighbourSpec
from lab.nxos.device import NXOSDevice
from lab.nxos.features import is_on
from lab.nxos.interfaces import INTERFACES, is_routed, is_shut, read_interfaces

_RULE: Final = "-" * 80
_CDP_LETTERS: Final = (("R", "Router"), ("B", "Switch"), ("T", "Phone"), ("S", "Host"))
_TTL_SECONDS: Final = 120


def _interfaces(device: NXOSDevice) -> Iterator[tuple[str, Node]]:
    for node in sorted(
        device.running.find("interface"),
        key=lambda node: INTERFACES.sort_key(f"interface {node.identity[-1]}"),
    ):
        yield node.identity[-1], node


def _is_up(device: NXOSDevice, name: str, node: Node) -> bool:
    cabled = {neighbour.local_interface for neighbour in device.spec.neighbours}
    return not is_shut(node) and (name in cabled or name == device.spec.management_interface)


def _interface_status(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    rows = [
        "",
        _RULE,
        "Port          Name               Status    Vlan      Duplex  Speed   Type",
        _RULE,
    ]
    for name, node in _interfaces(device):
        described = next((child.text.partition(" ")[2] for child in node.find("description")), "--")
        status = "connected" if _is_up(device, name, node) else "disabled" if is_shut(node) else "notconnec"
        rows.append(
            f"{INTERFACES.short_name(name):<14}{described[:18]:<19}{status:<10}{_vlan_of(node):<10}"
            f"{'full':<8}{'1000' if name.startswith('mgmt') else '10G':<8}--"
        )
    return "".join(f"{row}\n" for row in rows)


def _vlan_of(node: Node) -> str:
    if is_routed(node):
        return "routed"
    if node.find("switchport mode trunk"):
        return "trunk"
    return next((child.text.split()[-1] for child in node.find("switchport access vlan")), "1")


def _vlan(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    rows = [
        "",
        "VLAN Name                             Status    Ports",
        "---- -------------------------------- --------- -------------------------------",
    ]
    for node in sorted(device.running.find("vlan"), key=lambda one: int(one.identity[1])):
        number = int(node.identity[1])
        default = "default" if number == 1 else f"VLAN{number:04d}"
        name = next((child.text.partition(" ")[2] for child in node.find("name")), default)
        members = [
            INTERFACES.short_name(port)
            for port, section in _interfaces(device)
            if section.mode == "port" and _carries(section, number)
        ]
        state = "suspended" if node.find("state suspend") else "active"
        rows.append(f"{number:<5}{name:<33}{state:<10}{', '.join(members)}".rstrip())
    return "".join(f"{row}\n" for row in rows)


def _carries(section: Node, vlan: int) -> bool:
    if is_routed(section):
        return False
    if not section.find("switchport mode trunk"):
        return _vlan_of(section) == str(vlan)
    allowed = next((child.text.split()[-1] for child in section.find("switchport trunk allowed vlan")), "all")
    return allowed == "all" or (allowed != "none" and vlan in read_vlans(allowed))


def _hears(device: NXOSDevice, neighbour: NeighbourSpec, protocol: str) -> bool:
    node = device.interface(neighbour.local_interface)
    if node is None or is_shut(node):
        return False
    if protocol == "lldp":
        return is_on(device.running.root, "lldp") and not node.find("no lldp receive")
    return not device.running.find("no cdp enable") and not node.find("no cdp enable")


def _heard(device: NXOSDevice, protocol: str) -> list[NeighbourSpec]:
    return [one for one in device.spec.neighbours if _hears(device, one, protocol)]


def _chassis(name: str) -> str:
    digits = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def _lldp(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    if not is_on(device.running.root, "lldp"):
        return _NO_COMMAND
    rows = "".join(
        f"{one.device:<20}{INTERFACES.short_name(one.local_interface):<16}{_TTL_SECONDS:<11}"
        f"{one.capabilities.replace(',', ''):<12}{one.remote_interface}\n"
        for one in _heard(device, "lldp")
    )
    head = f"{'Device ID':<20}{'Local Intf':<16}{'Hold-time':<11}{'Capability':<12}Port ID\n"
    return f"{head}{rows}Total entries displayed: {len(_heard(device, 'lldp'))}\n"


_NO_COMMAND: Final = "% Invalid command at '^' marker.\n"


def _lldp_detail(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    if not is_on(device.running.root, "lldp"):
        return _NO_COMMAND
    letters = (
        "Capability codes:\n  (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device\n"
        "  (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other\n"
    )
    heard = _heard(device, "lldp")
    blocks = "".join(
        f"\nChassis id: {_chassis(one.device)}\nPort id: {one.remote_interface}\n"
        f"Local Port id: {INTERFACES.short_name(one.local_interface)}\n"
        f"Port Description: {one.remote_interface}\nSystem Name: {one.device}\n"
        f"System Description: {one.system_description or 'not advertised'}\nTime remaining: 101 seconds\n"
        f"System Capabilities: {one.capabilities.replace(',', ', ')}\n"
        f"Enabled Capabilities: {one.capabilities.replace(',', ', ')}\n"
        f"Management Address: {one.management_address or 'not advertised'}\n"
        "Management Address IPV6: not advertised\nVlan ID: not advertised\n\n"
        for one in heard
    )
    head = "Device ID            Local Intf      Hold-time  Capability  Port ID\n"
    return f"{letters}{head}{blocks}Total entries displayed: {len(heard)}\n"


def _cdp_detail(device: NXOSDevice, _words: tuple[str, ...]) -> str:
    blocks = []
    for one in _heard(device, "cdp"):
        if "cisco" not in one.system_description.lower():
            continue
        words = " ".join(word for letter, word in _CDP_LETTERS if letter in one.capabilities)
        address = f"    IPv4 Address: {one.management_address}\n" if one.management_address else ""
        blocks.append(
            f"----------------------------------------\nDevice ID:{one.device}\nSystem Name: {one.device}\n\n"
            f"Interface address(es): {1 if address else 0}\n{address}"
            f"Platform: cisco, Capabilities: {words}\n"
            f"Interface: {one.local_interface}, Port ID (outgoing port): {one.remote_interface}\n"
            f"Holdtime: 140 sec\n\nVersion:\n{one.system_description}\n\nAdvertisement Version: 2\n"
            f"Mgmt address(es):\n{address}\n"
        )
    return "".join(blocks)


def _monitor(device: NXOSDevice, words: tuple[str, ...]) -> str:
    wanted = words[-1] if words[-1].isdecimal() else ""
    told = ""
    for node in device.running.find("monitor session"):
        if wanted in ("", node.identity[2]):
            told += _session(device, node)
    return told or "No monitor sessions configured\n"


def _session(device: NXOSDevice, node: Node) -> str:
    sources: dict[str, list[str]] = {"rx": [], "tx": []}
    for child in node.find("source interface"):
        found = re.match(r"source interface (.*?)(?: (rx|tx|both))?$", child.text)
        if found is None:
            continue
        for name in read_interfaces(found[1]) or []:
            for way in ("rx", "tx") if found[2] in (None, "both") else (found[2],):
                sources[way].append(INTERFACES.short_name(name))
    both = [name for name in sources["rx"] if name in sources["tx"]]
    names = [
        name
        for child in node.find("destination interface")
        for name in read_interfaces(child.text.removeprefix("destination interface ")) or []
    ]
    number = node.identity[2]
    return (
        f"   session {number}\n---------------\ntype              : local\n"
        f"state             : {_state(device, node, names)}\nsource intf       : \n"
        f"    rx            : {' '.join(sources['rx'])}\n    tx            : {' '.join(sources['tx'])}\n"
        f"    both          : {' '.join(both)}\nsource VLANs      : \n    rx            : \n"
        f"destination ports : {' '.join(INTERFACES.short_name(name) for name in names)}\n\n"
    )


def _state(device: NXOSDevice, node: Node, destinations: list[str]) -> str:
    if not node.find("no shut"):
        return "down (Session admin shut)"
    if not destinations:
        return "down (No operational dst)"
    for name in destinations:
        port = device.interface(name)
        if port is None or not port.find("switchport monitor"):
            return "down (Dst in wrong mode)"
        if is_shut(port):
            return "down (No operational dst)"
    return "up"


TABLES: Final[Mapping[str, Callable[[NXOSDevice, tuple[str, ...]], str]]] = {
    "show-interface-status": _interface_status,
    "show-vlan": _vlan,
    "show-lldp": _lldp,
    "show-lldp-detail": _lldp_detail,
    "show-cdp-detail": _cdp_detail,
    "show-monitor": _monitor,
}
