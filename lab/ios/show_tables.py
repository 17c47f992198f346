"""IOS commands that show tables: version, neighbours, interfaces, VLANs, mirror sessions."""

import hashlib
from collections.abc import Callable, Iterator

from lab.cli_dialect import Node
from lab.ios.device import IOSDevice
from lab.ios.ranges import INTERFACES
from lab.ios.terminal import Command
from lab.models import NeighbourSpec

_LLDP_HEAD = """Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other

Device ID           Local Intf     Hold-time  Capability      Port ID
"""


def _version(command: Command) -> str:
    device = command.device
    release = next((node.text.split()[1] for node in device.running.find("version")), "17.9")
    minutes = int((device.clock.now() - device.booted_at).total_seconds()) // 60
    ports = sum(1 for node in device.running.find("interface") if "GigabitEthernet" in node.text)
    return (
        f"Cisco IOS XE Software, Version {release}\n"
        f"Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_LITE_IOSXE), Version {release}, "
        "RELEASE SOFTWARE (fc3)\n"
        "Technical Support: http://www.cisco.com/techsupport\n\n"
        "ROM: IOS-XE ROMMON\n"
        f"{device.hostname} uptime is {minutes // 60} hours, {minutes % 60} minutes\n"
        "System returned to ROM by Reload Command\n"
        'System image file is "flash:cat9k_lite_iosxe.SPA.bin"\n\n'
        f"cisco {device.spec.model} (ARM64) processor with 519464K/3071K bytes of memory.\n"
        f"Processor board ID {device.serial}\n"
        f"{ports} Gigabit Ethernet interfaces\n"
        "2048K bytes of non-volatile configuration memory.\n"
        "Configuration register is 0x102\n\n"
    )


def _hosts(command: Command) -> str:
    domain = next(
        (node.text.split()[-1] for node in command.device.running.find("ip domain name")), "not set"
    )
    lookup = "disabled" if command.device.running.find("no ip domain lookup") else "domain service"
    return f"Default domain is {domain}\nName/address lookup uses {lookup}\n"


def _clock(command: Command) -> str:
    now = command.device.clock.now()
    return f"{now:%H:%M:%S}.{now.microsecond // 1000:03d} UTC {now:%a %b} {now.day} {now:%Y}\n"


def _privilege(_command: Command) -> str:
    return "Current privilege level is 15\n"


def _users(command: Command) -> str:
    return (
        "    Line       User       Host(s)              Idle       Location\n"
        f"*  1 vty 0     {command.user:<10} idle                 00:00:00 127.0.0.1\n"
    )


def _logging(command: Command) -> str:
    return "Log Buffer (65536 bytes):\n\n" + "".join(f"{line}\n" for line in command.device.log)


def _ip_ssh(command: Command) -> str:
    tree = command.device.running
    version = next((node.text.split()[-1] for node in tree.find("ip ssh version")), "")
    timeout = next((node.text.split()[-1] for node in tree.find("ip ssh time-out")), "120")
    retries = next((node.text.split()[-1] for node in tree.find("ip ssh authentication-retries")), "3")
    shown = {"2": "2.0", "1": "1.5"}.get(version, "1.99")
    return (
        f"SSH Enabled - version {shown}\n"
        f"Authentication timeout: {timeout} secs; Authentication retries: {retries}\n"
    )


def _interfaces(device: IOSDevice) -> Iterator[tuple[str, Node]]:
    for node in device.running.find("interface"):
        yield node.identity[1], node


def _is_up(device: IOSDevice, name: str) -> bool:
    """Return whether something is connected: management, a neighbour, or what needs no cable."""
    cabled = {neighbour.local_interface for neighbour in device.spec.neighbours}
    cabled.add(device.spec.management_interface)
    return name in cabled or name.startswith(("Loopback", "Vlan", "Tunnel"))


def _ip_interface_brief(command: Command) -> str:
    rows = ["Interface              IP-Address      OK? Method Status                Protocol"]
    with command.device.lock:
        for name, node in _interfaces(command.device):
            address = next((child.text.split()[2] for child in node.find("ip address")), "unassigned")
            up = _is_up(command.device, name)
            status = "administratively down" if node.find("shutdown") else "up" if up else "down"
            protocol = "up" if status == "up" else "down"
            rows.append(f"{name:<22} {address:<15} YES NVRAM  {status:<21} {protocol}")
    return "".join(f"{row}\n" for row in rows)


def _interfaces_status(command: Command) -> str:
    rows = ["", "Port         Name               Status       Vlan       Duplex  Speed Type"]
    with command.device.lock:
        for name, node in _interfaces(command.device):
            if "Ethernet" not in name or "." in name:
                continue
            description = next((child.text.partition(" ")[2] for child in node.find("description")), "")
            status = "disabled" if node.find("shutdown") else "notconnect"
            if _is_up(command.device, name) and status != "disabled":
                status = "connected"
            short = INTERFACES.short_name(name)
            row = f"{short:<12} {description[:18]:<18} {status:<12} {_port_vlan(node):<10}"
            rows.append(f"{row} {'auto':>6} {'auto':>6} 10/100/1000BaseTX")
    return "".join(f"{row}\n" for row in rows)


def _port_vlan(node: Node) -> str:
    if node.find("switchport mode trunk"):
        return "trunk"
    if node.find("no switchport") or node.find("ip address"):
        return "routed"
    return next((child.text.split()[-1] for child in node.find("switchport access vlan")), "1")


def _lldp(command: Command) -> str:
    neighbours = _heard(command)
    rows = "".join(
        f"{neighbour.device[:19]:<20}{INTERFACES.short_name(neighbour.local_interface):<15}"
        "120        B,R             "
        f"{INTERFACES.short_name(neighbour.remote_interface)}\n"
        for neighbour in neighbours
    )
    return _off(command) or f"{_LLDP_HEAD}{rows}\nTotal entries displayed: {len(neighbours)}\n\n"


def _lldp_detail(command: Command) -> str:
    wanted = INTERFACES.full_name(command.words[3]) if len(command.words) > 4 else None  # noqa: PLR2004 - the words of the command itself
    blocks = [
        "------------------------------------------------\n"
        f"Local Intf: {INTERFACES.short_name(neighbour.local_interface)}\n"
        f"Chassis id: {_chassis(neighbour.device)}\n"
        f"Port id: {INTERFACES.short_name(neighbour.remote_interface)}\n"
        f"Port Description: {neighbour.remote_interface}\n"
        f"System Name: {neighbour.device}\n\n"
        f"System Description: \n{neighbour.system_description or 'not advertised'}\n\n"
        "Time remaining: 101 seconds\n"
        f"System Capabilities: {neighbour.capabilities}\nEnabled Capabilities: {neighbour.capabilities}\n"
        f"{_management_addresses(neighbour)}"
        "Auto Negotiation - not supported\n"
        "Physical media capabilities - not advertised\n"
        "Media Attachment Unit type - not advertised\n"
        "Vlan ID: - not advertised\n\n"
        for neighbour in _heard(command)
        if wanted in (None, neighbour.local_interface)
    ]
    return _off(command) or f"{''.join(blocks)}\nTotal entries displayed: {len(blocks)}\n\n"


def _management_addresses(neighbour: NeighbourSpec) -> str:
    if not neighbour.management_address:
        return "Management Addresses - not advertised\n"
    return f"Management Addresses:\n    IP: {neighbour.management_address}\n"


def _off(command: Command) -> str:
    return "" if command.device.running.find("lldp run") else "% LLDP is not enabled\n"


def _heard(command: Command) -> list[NeighbourSpec]:
    """Return the neighbours on interfaces that are on and listen."""
    with command.device.lock:
        heard = []
        for neighbour in command.device.spec.neighbours:
            node = command.device.running.root.child(("interface", neighbour.local_interface))
            if node is not None and not node.find("shutdown") and not node.find("no lldp receive"):
                heard.append(neighbour)
    return heard


def _chassis(device: str) -> str:
    digits = hashlib.sha256(device.encode()).hexdigest()[:12]
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def _vlan(command: Command) -> str:
    rows = [
        "",
        "VLAN Name                             Status    Ports",
        "---- -------------------------------- --------- -------------------------------",
    ]
    with command.device.lock:
        vlans = _vlans(command.device)
        ports = _access_ports(command.device)
    for number, (name, status) in sorted(vlans.items()):
        members = ports.get(number, [])
        chunks = [members[start : start + 4] for start in range(0, len(members), 4)] or [[]]
        rows.append(f"{number:<4d} {name[:32]:<32} {status:<9} {', '.join(chunks[0])}".rstrip())
        rows.extend(f"{'':48}{', '.join(chunk)}" for chunk in chunks[1:])
    return "".join(f"{row}\n" for row in rows)


def _vlans(device: IOSDevice) -> dict[int, tuple[str, str]]:
    vlans = {1: ("default", "active")}
    for node in device.running.find("vlan"):
        word = node.text.split()[1]
        if word.isdecimal():
            name = next((child.text.partition(" ")[2] for child in node.find("name")), f"VLAN{int(word):04d}")
            vlans[int(word)] = (name, "act/lshut" if node.find("shutdown") else "active")
    return vlans


def _access_ports(device: IOSDevice) -> dict[int, list[str]]:
    ports: dict[int, list[str]] = {}
    for name, node in _interfaces(device):
        vlan = _port_vlan(node)
        if "Ethernet" in name and "." not in name and vlan.isdecimal():
            ports.setdefault(int(vlan), []).append(INTERFACES.short_name(name))
    return ports


def _monitor(command: Command) -> str:
    with command.device.lock:
        sessions: dict[str, list[tuple[str, ...]]] = {}
        for node in command.device.running.find("monitor session"):
            sessions.setdefault(node.text.split()[2], []).append(tuple(node.text.split()[3:]))
    wanted = command.words[3] if len(command.words) > 3 else "all"  # noqa: PLR2004 - the words of the command itself
    chosen = {number: lines for number, lines in sessions.items() if wanted in ("all", number)}
    if not chosen:
        return "No SPAN configuration is present in the system.\n"
    return "".join(_monitor_session(number, lines) for number, lines in sorted(chosen.items()))


def _monitor_session(number: str, lines: list[tuple[str, ...]]) -> str:
    title = f"Session {number}"
    rows = [title, "-" * len(title), "Type                     : Local Session"]
    sources = [line for line in lines if line[0] == "source"]
    if sources:
        rows.append("Source Ports             :")
    for line in sources:
        direction = {"rx": "RX Only", "tx": "TX Only"}.get(line[-1], "Both")
        members = [word for word in line[2:] if word not in ("rx", "tx")]
        rows.append(f"    {direction:<20} : {_members(members)}")
    for line in lines:
        if line[0] == "destination":
            rows.append(f"Destination Ports        : {_members(list(line[2:]))}")
            rows.append("    Encapsulation        : Native\n          Ingress        : Disabled")
    return "".join(f"{row}\n" for row in rows) + "\n\n"


def _members(words: list[str]) -> str:
    return " ".join(words).replace(" - ", "-").replace(" , ", ",")


TABLE_COMMANDS: dict[str, Callable[[Command], str]] = {
    "show-version": _version,
    "show-hosts": _hosts,
    "show-clock": _clock,
    "show-privilege": _privilege,
    "show-users": _users,
    "show-logging": _logging,
    "show-ip-ssh": _ip_ssh,
    "show-ip-interface-brief": _ip_interface_brief,
    "show-interfaces-status": _interfaces_status,
    "show-lldp": _lldp,
    "show-lldp-detail": _lldp_detail,
    "show-vlan": _vlan,
    "show-monitor": _monitor,
}
