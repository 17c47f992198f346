"""What an AOS-CX device shows: configurations and tables that follow from its state."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lab.aoscx.device import AOSCXDevice
from lab.aoscx.line_actions import ACCESS, ALLOWED, NATIVE
from lab.cli_dialect import Node
from lab.cli_render import Renderer
from lab.cli_vlans import read_vlans
from lab.models import NeighbourSpec

_SHORT_SINCE: Final = (10, 8)
"""The release since which ``show checkpoint`` needs no further words."""
_HOT_PATCHES_SINCE: Final = (10, 15)
_INTERFACE_RULE: Final = "-" * 97

Shown = Callable[[AOSCXDevice, tuple[str, ...]], str]


def _running(device: AOSCXDevice, words: tuple[str, ...]) -> str:
    defaults = words[-1] == "all"
    return f"Current configuration:\n{device.header()}{device.running.render(defaults=defaults)}"


def _startup(device: AOSCXDevice, _words: tuple[str, ...]) -> str:
    if not device.startup:
        return "Startup configuration does not exist\n"
    return f"Startup configuration:\n{device.header()}{device.startup}"


def _interface_configuration(device: AOSCXDevice, words: tuple[str, ...]) -> str:
    node = device.interface(" ".join(words[3:]))
    if node is None:
        return f"Interface {' '.join(words[3:])} doesn't exist\n"
    margin = device.running.dialect.indent
    lines = [node.text, *Renderer(device.running.dialect, defaults=False).lines(node, margin)]
    return "".join(f"{line}\n" for line in [*lines, f"{margin}exit"])


def _hash(device: AOSCXDevice, _words: tuple[str, ...]) -> str:
    digest = hashlib.sha256(device.running.render().encode()).hexdigest()
    return f"Calculating the hash: [Success]\n\nThe SHA-256 hash of the config is:\n{digest}\n"


def _version(device: AOSCXDevice, _words: tuple[str, ...]) -> str:
    rows = (
        ("Version", device.release),
        ("Build Date", "2023-11-10 15:08:58 UTC"),
        ("Build ID", f"{device.brand}:{device.release}:000000000000:202311101456"),
        ("Build SHA", "0" * 40),
        *((("Hot Patches", ""),) if device.release_number >= _HOT_PATCHES_SINCE else ()),
        ("Active Image", "primary"),
    )
    below = "Service OS Version : FL.01.14.0002\nBIOS Version       : FL.01.0002\n"
    lines = "".join(f"{name:<12} : {value:<45}\n" for name, value in rows)
    head = f"{'-' * 77}\n{device.brand}\n(c) Copyright 2017-2025 Hewlett Packard Enterprise Development LP\n"
    return f"{head}{'-' * 77}\n{lines}\n{below}\n"


def _system(device: AOSCXDevice, _words: tuple[str, ...]) -> str:
    contact, location, zone = (
        next((node.text.split(maxsplit=2)[-1] for node in device.running.find(line)), default)
        for line, default in (
            ("snmp-server system-contact", ""),
            ("snmp-server system-location", ""),
            ("clock timezone", "utc"),
        )
    )
    vendor = "Aruba" if device.brand == "ArubaOS-CX" else "HPE ANW"
    rows = (
        ("Hostname", device.hostname),
        ("System Description", device.release),
        ("System Contact", contact),
        ("System Location", location),
        ("", ""),
        ("Vendor", vendor),
        ("Product Name", device.spec.model),
        ("Chassis Serial Nbr", device.serial),
        ("Base MAC Address", _chassis(device.spec.name)),
        (f"{device.brand} Version", device.release),
        ("", ""),
        ("Time Zone", zone.upper() if zone == "utc" else zone.title()),
        ("", ""),
        ("Up Time", _uptime(int(device.clock.uptime_seconds()) // 60)),
        ("CPU Util (%)", "5"),
        ("CPU Util (% avg 1 min)", "5"),
        ("CPU Util (% avg 5 min)", "5"),
        ("Memory Usage (%)", "30"),
    )
    return "".join(f"{name:<22} : {value:<30}\n" if name else "\n" for name, value in rows)


def _uptime(minutes: int) -> str:
    if minutes < 1:
        return "under a minute"
    parts = (
        (minutes // 10080, "week"),
        (minutes // 1440 % 7, "day"),
        (minutes // 60 % 24, "hour"),
        (minutes % 60, "minute"),
    )
    return ", ".join(f"{count} {unit}{'s' * (count != 1)}" for count, unit in parts if count)


def _clock(device: AOSCXDevice, _words: tuple[str, ...]) -> str:
    return f"{device.clock.now():%a %b %e %H:%M:%S UTC %Y}\nSystem is configured for timezone : UTC\n"


def _ports(device: AOSCXDevice) -> Iterator[tuple[str, Node]]:
    for node in device.running.find("interface"):
        if "/" in node.identity[-1] or node.identity[1] == "lag":
            yield "".join(node.identity[1:]), node


def _is_up(device: AOSCXDevice, name: str, node: Node) -> bool:
    cabled = {neighbour.local_interface for neighbour in device.spec.neighbours}
    return not node.find("shutdown") and name in cabled


def _interface_brief(device: AOSCXDevice, _words: tuple[str, ...]) -> str:
    rows = [
        _INTERFACE_RULE,
        "Port      Native  Mode   Type           Enabled Status  Reason                  Speed   Description",
        "          VLAN                                                                  (Mb/s)",
        _INTERFACE_RULE,
    ]
    for name, node in _ports(device):
        enabled = "no" if node.find("shutdown") else "yes"
        up = _is_up(device, name, node)
        reason = "" if up else "Administratively down" if enabled == "no" else "Waiting for link"
        mode = "access" if node.child(ACCESS) else "trunk" if node.child(NATIVE) else "routed"
        vlan = next((n.text.split()[-1] for n in (node.child(ACCESS), node.child(NATIVE)) if n), "--")
        description = next((child.text.partition(" ")[2] for child in node.find("description")), "--")
        rows.append(
            f"{name:<9} {vlan:<7} {mode:<6} {'1GbT':<14} {enabled:<7} {'up' if up else 'down':<7} "
            f"{reason:<23} {'1000' if up else '--':<7} {description}"
        )
    return "".join(f"{row}\n" for row in rows)


def _vlan(device: AOSCXDevice, _words: tuple[str, ...]) -> str:
    rule = "-" * 89
    rows = [
        rule,
        "VLAN  Name                              Status  Reason                  Type      Interfaces",
        rule,
    ]
    for node in sorted(device.running.find("vlan"), key=lambda one: int(one.text.split()[1])):
        number = int(node.text.split()[1])
        default = "DEFAULT_VLAN_1" if number == 1 else f"VLAN{number}"
        name = next((child.text.partition(" ")[2] for child in node.find("name")), default).strip("'")
        members = [port for port, section in _ports(device) if _carries(section, number)]
        alive = any(_is_up(device, port, section) for port, section in _ports(device) if port in members)
        status, reason = ("up", "ok") if alive else ("down", "no_member_port")
        kind = "default" if number == 1 else "static"
        row = f"{number:<5} {name:<33} {status:<7} {reason:<23} {kind:<9} {','.join(members)}"
        rows.append(row.rstrip())
    return "".join(f"{row}\n" for row in rows)


def _carries(section: Node, vlan: int) -> bool:
    access, allowed = section.child(ACCESS), section.child(ALLOWED)
    if access is not None:
        return access.text.split()[-1] == str(vlan)
    if allowed is None:
        return False
    listed = allowed.text.split()[-1]
    return listed == "all" or vlan in read_vlans(listed)


def _lldp(device: AOSCXDevice, _words: tuple[str, ...]) -> str:
    neighbours = [one for one in device.spec.neighbours if _hears(device, one)]
    head = (
        "\nLLDP Neighbor Information\n=========================\n\n"
        f"Total Neighbor Entries          : {len(neighbours)}\n"
        "Total Neighbor Entries Deleted  : 0\n"
        "Total Neighbor Entries Dropped  : 0\n"
        "Total Neighbor Entries Aged-Out : 0\n\n"
        f"{'LOCAL-PORT':<12}{'CHASSIS-ID':<19}{'PORT-ID':<29}{'PORT-DESC':<29}{'TTL':<9}SYS-NAME\n"
        f"{'-' * 108}\n"
    )
    rows = "".join(
        f"{one.local_interface:<12}{_colons(one.device):<19}{one.remote_interface:<29}"
        f"{one.remote_interface:<29}{'120':<9}{one.device}\n"
        for one in neighbours
    )
    return f"{head}{rows}"


def _hears(device: AOSCXDevice, neighbour: NeighbourSpec) -> bool:
    node = device.interface(neighbour.local_interface)
    off = bool(device.running.find("no lldp"))
    return node is not None and not off and not node.find("shutdown") and not node.find("no lldp receive")


def _chassis(name: str) -> str:
    digits = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{digits[:6]}-{digits[6:]}"


def _colons(name: str) -> str:
    return ":".join(re.findall("..", _chassis(name).replace("-", "")))


def _mirror(device: AOSCXDevice, words: tuple[str, ...]) -> str:
    text = ""
    for node in device.running.find("mirror session"):
        number = node.text.split()[-1]
        if len(words) > 2 and number != words[2]:  # noqa: PLR2004 - the words of the command itself
            continue
        on = bool(node.find("enable"))
        sources = [child.text.split()[2:] for child in node.find("source")]
        text += (
            f"Mirror Session: {number}\nAdmin Status: {'enable' if on else 'disable'}\n"
            f"Operation Status: {'enabled' if on else 'disabled'}\n"
        )
        text += "".join(f"Source: interface {' '.join(source)}\n" for source in sources)
        text += "".join(
            f"Destination: {child.text.partition(' ')[2]}\n" for child in node.find("destination")
        )
    return text or "No mirror sessions are configured\n"


def _checkpoint(device: AOSCXDevice, words: tuple[str, ...]) -> str:
    if device.release_number < _SHORT_SINCE and words[-1] == "checkpoint":
        return "% Command incomplete.\n"
    rows = [f"{'NAME':<32} {'TYPE':<11} {'WRITER':<7} {'DATE(YYYY/MM/DD)':<21} IMAGE VERSION"]
    rows.extend(
        f"{one.name:<32} {'checkpoint':<11} {one.writer:<7} "
        f"{one.made_at:%Y-%m-%dT%H:%M:%SZ}  {device.release}"
        for one in device.checkpoints.all()
    )
    return "".join(f"{row}\n" for row in rows)


SHOW_COMMANDS: Final[Mapping[str, Shown]] = {
    "show-running": _running,
    "show-startup": _startup,
    "show-interface-configuration": _interface_configuration,
    "show-hash": _hash,
    "show-version": _version,
    "show-system": _system,
    "show-clock": _clock,
    "show-interface-brief": _interface_brief,
    "show-vlan": _vlan,
    "show-lldp": _lldp,
    "show-mirror": _mirror,
    "show-checkpoint": _checkpoint,
}
