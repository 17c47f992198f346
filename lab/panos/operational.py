"""What the firewall tells of itself, as the API's XML; the command line writes the same as text."""

from __future__ import annotations

import hashlib
from typing import Final
from xml.etree import ElementTree as ET

from lab.panos.device import PANOSDevice
from lab.panos.management import heard_neighbours, is_up
from lab.panos.tree import Node

RELEASE: Final = "11.1.4-h7"
_DAY: Final = 86400
_KINDS: Final = ("loopback", "tunnel", "vlan")
_FIRST_ID: Final = 16


def serial(device: PANOSDevice) -> str:
    """Return the serial number."""
    digest = hashlib.sha256(device.spec.name.encode()).hexdigest()
    return f"0111{int(digest[:12], 16) % 10**8:08d}"


def _mac(device: PANOSDevice, number: int) -> str:
    digest = hashlib.sha256(device.spec.name.encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0xB4, 0x0C, 0x25, digest[0], digest[1], number % 256))


def system_info(device: PANOSDevice) -> dict[str, str]:
    """Return what ``show system info`` tells, in its order."""
    seconds = int(device.clock.uptime_seconds())
    hours = seconds % _DAY // 3600
    system = ("deviceconfig", "system")
    model = device.spec.model
    return {
        "hostname": device.hostname,
        "ip-address": device.running.text(*system, "ip-address", default="unknown"),
        "public-ip-address": "unknown",
        "netmask": device.running.text(*system, "netmask", default="unknown"),
        "default-gateway": device.running.text(*system, "default-gateway"),
        "ip-assignment": "static",
        "ipv6-address": "unknown",
        "mac-address": _mac(device, 0),
        "time": f"{device.clock.now():%a %b %d %H:%M:%S %Y}",
        "uptime": f"{seconds // _DAY} days, {hours}:{seconds % 3600 // 60:02}:{seconds % 60:02}",
        "family": model.removeprefix("PA-")[:1] + "00" if model != "PA-VM" else "vm",
        "model": model,
        "serial": serial(device),
        "cloud-mode": "non-cloud",
        "sw-version": RELEASE,
        "app-version": "8900-9000",
        "av-version": "0",
        "threat-version": "8900-9000",
        "url-db": "paloaltonetworks",
        "multi-vsys": "off",
        "operational-mode": "normal",
    }


def interfaces(device: PANOSDevice) -> ET.Element:
    """Return what ``show interface all`` tells: logical interfaces, then ports."""
    result = ET.Element("result")
    ifnet, hardware = ET.SubElement(result, "ifnet"), ET.SubElement(result, "hw")
    for number, (name, node) in enumerate(_logical(device.running), start=_FIRST_ID):
        _entry(ifnet, _ifnet_fields(device.running, name, node, number))
    ports = device.running.names("network", "interface", "ethernet")
    for number, name in enumerate(ports, start=_FIRST_ID):
        fields = _port_fields(device, name, number)
        mode = {"mode": "(autoneg)", "st": f"{fields['speed']}/{fields['duplex']}/{fields['state']}"}
        _entry(hardware, {key: value for key, value in (fields | mode).items() if not key.endswith("_c")})
    return result


def interface(device: PANOSDevice, name: str) -> ET.Element | None:
    """Return what ``show interface NAME`` tells, None where there is no such interface."""
    ports = device.running.names("network", "interface", "ethernet")
    logical = dict(_logical(device.running))
    if name not in ports and name not in logical:
        return None
    result = ET.Element("result")
    if name in logical:
        ifnet = ET.SubElement(result, "ifnet")
        number = _FIRST_ID + list(logical).index(name)
        for key, value in _ifnet_fields(device.running, name, logical[name], number).items():
            ET.SubElement(ifnet, key).text = value
    if name in ports:
        hardware = ET.SubElement(result, "hw")
        for key, value in _port_fields(device, name, _FIRST_ID + ports.index(name)).items():
            ET.SubElement(hardware, key).text = value
    ET.SubElement(result, "dp").text = "dp0"
    return result


def _entry(above: ET.Element, fields: dict[str, str]) -> None:
    entry = ET.SubElement(above, "entry")
    for key, value in fields.items():
        ET.SubElement(entry, key).text = value


def _logical(running: Node) -> list[tuple[str, Node]]:
    """Return ports and units that carry packets, with the node that holds their addresses."""
    found: list[tuple[str, Node]] = []
    for kind in ("ethernet", "aggregate-ethernet"):
        table = running.find("network", "interface", kind)
        for name, port in table.children.items() if table is not None else ():
            layer = port.find("layer3") or port.find("layer2")
            found.append((name, layer if layer is not None else port))
            units = layer.find("units") if layer is not None else None
            found.extend(units.children.items() if units is not None else ())
    for kind in _KINDS:
        units = running.find("network", "interface", kind, "units")
        found.extend(units.children.items() if units is not None else ())
    return found


def _ifnet_fields(running: Node, name: str, node: Node, number: int) -> dict[str, str]:
    addresses = node.names("ip")
    zones = running.find("zone")
    zone = next(
        (
            title
            for title, one in (zones.children.items() if zones is not None else ())
            if any(
                name in one.listed("network", layer) for layer in ("layer3", "layer2", "tap", "virtual-wire")
            )
        ),
        "",
    )
    routers = running.find("network", "virtual-router")
    router = next(
        (
            title
            for title, one in (routers.children.items() if routers is not None else ())
            if name in one.listed("interface")
        ),
        "",
    )
    return {
        "name": name,
        "zone": zone,
        "fwd": f"vr:{router}" if router else "N/A",
        "vsys": "1",
        "tag": node.text("tag", default="0"),
        "ip": addresses[0] if addresses else "N/A",
        "id": str(number),
    }


def _port_fields(device: PANOSDevice, name: str, number: int) -> dict[str, str]:
    up = is_up(device.running, name)
    configured = device.running.text("network", "interface", "ethernet", name, "link-state", default="auto")
    return {
        "name": name,
        "duplex": "full" if up else "[n/a]",
        "type": "0",
        "state_c": configured,
        "mac": _mac(device, number),
        "state": "up" if up else "down",
        "speed": "1000" if up else "[n/a]",
        "id": str(number),
    }


def lldp_neighbours(device: PANOSDevice) -> ET.Element:
    """Return what ``show lldp neighbors all`` tells, by local port."""
    result = ET.Element("result")
    ports: dict[str, ET.Element] = {}
    for number, one in enumerate(heard_neighbours(device.running, device.spec.neighbours), start=1):
        port = ports.get(one.local_interface)
        if port is None:
            port = ET.SubElement(result, "entry", {"name": one.local_interface})
            ports[one.local_interface] = ET.SubElement(port, "neighbors")
        neighbour = ET.SubElement(ports[one.local_interface], "entry", {"name": str(number)})
        for key, value in (
            ("chassis-type", "Local"),
            ("chassis-id", one.device),
            ("port-type", "Interface name"),
            ("port-id", one.remote_interface),
            ("port-description", ""),
            ("ttl", "120"),
            ("system-name", one.device),
            ("system-description", one.system_description),
            ("system-capabilities", one.capabilities),
            ("enabled-capabilities", one.capabilities),
        ):
            ET.SubElement(neighbour, key).text = value
        if one.management_address:
            told = ET.SubElement(
                ET.SubElement(neighbour, "management-address"), "entry", {"name": one.management_address}
            )
            ET.SubElement(told, "address-type").text = "IPv4"
    return result


def clock_text(device: PANOSDevice) -> str:
    """Return the device's time as ``show clock`` writes it."""
    return f"{device.clock.now():%a %b %d %H:%M:%S UTC %Y}"


def admins(device: PANOSDevice) -> ET.Element:
    """Return who is logged in."""
    result = ET.Element("result")
    holder = ET.SubElement(result, "admins")
    for one in device.sessions:
        start = f"{one.since:%m/%d %H:%M:%S}"
        _entry(
            holder,
            {
                "admin": one.admin,
                "from": "127.0.0.1",
                "type": one.client,
                "session-start": start,
                "idle-for": "00:00:00s",
            },
        )
    return result


def locks(device: PANOSDevice, kind: str) -> ET.Element:
    """Return who holds the locks of a kind."""
    result = ET.Element("result")
    holder = ET.SubElement(result, f"{kind}-locks")
    held = device.locks.get(kind)
    if held is not None:
        entry = ET.SubElement(holder, "entry", {"name": held.admin})
        ET.SubElement(entry, "name").text = "shared"
        ET.SubElement(entry, "type").text = "shared"
        ET.SubElement(entry, "created").text = f"{held.at:%Y/%m/%d %H:%M:%S}"
        ET.SubElement(entry, "comment").text = held.comment
    return result


def jobs(device: PANOSDevice, number: str = "") -> ET.Element:
    """Return the jobs, the newest first, or one of them."""
    result = ET.Element("result")
    for one in reversed(device.jobs):
        if number in {"", str(one.number)}:
            job = ET.SubElement(result, "job")
            for key, value in (
                ("tenq", f"{one.at:%Y/%m/%d %H:%M:%S}"),
                ("id", str(one.number)),
                ("user", one.admin),
                ("type", "Commit"),
                ("status", "ACT" if one.at_work else "FIN"),
                ("result", "PEND" if one.at_work else "OK" if one.succeeded else "FAIL"),
                ("progress", "55" if one.at_work else "100"),
            ):
                ET.SubElement(job, key).text = value
            details = ET.SubElement(job, "details")
            for line in one.lines:
                ET.SubElement(details, "line").text = line
    return result
