"""What the device answers about its operation, as XML and as text."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from lab.device_clock import DeviceClock
from lab.junos.database import Commit
from lab.junos.elements import element
from lab.junos.groups import inherited
from lab.junos.statements import Statement
from lab.models import TwinSpec

JUNOS_NAMESPACE: Final = "http://xml.juniper.net/junos/22.4R3/junos"
DEFAULT_VERSION: Final = "22.4R3-S2.11"
_SECONDS: Final = f"{{{JUNOS_NAMESPACE}}}seconds"
_HOSTS_FILE: Final = "128.0.0.1\tre0 master\n"


def stamp(at: datetime) -> str:
    """Return a time as the device writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _time(tag: str, at: datetime) -> etree._Element:
    reply = etree.Element(tag, nsmap={"junos": JUNOS_NAMESPACE})
    reply.text = stamp(at)
    reply.set(_SECONDS, str(int(at.timestamp())))
    return reply


def host_name(running: Statement) -> str:
    """Return the configured host name, '' where there is none."""
    return inherited(running).value("system", "host-name") or ""


def version(running: Statement) -> str:
    """Return the Junos release that the configuration was written by."""
    return running.value("version") or DEFAULT_VERSION


def software_information(running: Statement, spec: TwinSpec) -> etree._Element:
    """Answer ``get-software-information``."""
    model = spec.model.lower()
    return element(
        "software-information",
        element("host-name", host_name(running)),
        element("product-model", model),
        element("product-name", model),
        element("junos-version", version(running)),
    )


def all_routing_engines(inner: etree._Element) -> etree._Element:
    """Wrap an answer as ``invoke-on all-routing-engines`` does."""
    return element(
        "multi-routing-engine-results", element("multi-routing-engine-item", element("re-name", "re0"), inner)
    )


def chassis_inventory(spec: TwinSpec) -> etree._Element:
    """Answer ``get-chassis-inventory``; the serial number follows from the name and stays the same."""
    return element(
        "chassis-inventory",
        element(
            "chassis",
            element("name", "Chassis"),
            element("serial-number", serial_number(spec)),
            element("description", spec.model),
        ),
    )


def serial_number(spec: TwinSpec) -> str:
    """Return a serial number of the vendor's form that the device keeps for ever."""
    digits = sum(ord(letter) * 131**index for index, letter in enumerate(spec.name)) % 10_000
    return f"CV{digits:04}AF{digits:04}"


def route_engine_information(clock: DeviceClock) -> etree._Element:
    """Answer ``get-route-engine-information``."""
    up_time = _time("up-time", clock.now())
    up_time.set(_SECONDS, str(int(clock.uptime_seconds())))
    return element(
        "route-engine-information",
        element(
            "route-engine",
            element("slot", "0"),
            element("mastership-state", "master"),
            element("status", "OK"),
            up_time,
        ),
    )


def uptime_information(clock: DeviceClock) -> etree._Element:
    """Answer ``get-system-uptime-information``."""
    seconds = str(int(clock.uptime_seconds()))
    length = etree.Element("time-length", nsmap={"junos": JUNOS_NAMESPACE})
    length.text = f"{seconds} seconds"
    length.set(_SECONDS, seconds)
    up = etree.Element("up-time", nsmap={"junos": JUNOS_NAMESPACE})
    up.text = length.text
    up.set(_SECONDS, seconds)
    return element(
        "system-uptime-information",
        element("current-time", _time("date-time", clock.now())),
        element("system-booted-time", _time("date-time", clock.started()), length),
        element("uptime-information", _time("date-time", clock.now()), up),
    )


def revision_information(commit: Commit) -> etree._Element:
    """Answer ``get-commit-revision-information``; a confirmed commit keeps its comment for ever."""
    reply = element(
        "commit-revision-information",
        element("revision", commit.revision),
        element("user", commit.user),
        element("client", commit.client),
        _time("date-time", commit.at),
    )
    if commit.comment:
        reply.append(element("comment", commit.comment))
    if commit.log:
        reply.append(element("log", commit.log))
    return reply


def commit_information(history: tuple[Commit, ...], *, pending: bool) -> etree._Element:
    """Answer ``get-commit-information``."""
    reply = element("commit-information")
    for number, commit in enumerate(history):
        entry = element(
            "commit-history",
            element("sequence-number", str(number)),
            element("user", commit.user),
            element("client", commit.client),
            _time("date-time", commit.at),
        )
        if commit.comment:
            entry.append(element("comment", commit.comment))
        if commit.log:
            entry.append(element("log", commit.log))
        if pending and number == 0:
            entry.append(element("commit-confirmed", "rollback pending"))
        reply.append(entry)
    return reply


def lldp_neighbors(running: Statement, spec: TwinSpec) -> etree._Element:
    """Answer ``get-lldp-neighbors-information``; empty where LLDP does not run on an interface."""
    reply = element("lldp-neighbors-information")
    for neighbour in lldp_table(running, spec):
        reply.append(
            element(
                "lldp-neighbor-information",
                element("lldp-local-port-id", neighbour[0]),
                element("lldp-local-parent-interface-name", "-"),
                element("lldp-remote-chassis-id-subtype", "Mac address"),
                element("lldp-remote-port-id-subtype", "Interface name"),
                element("lldp-remote-port-id", neighbour[2]),
                element("lldp-remote-system-name", neighbour[1]),
            )
        )
    return reply


def lldp_interface_neighbors(running: Statement, spec: TwinSpec, interface: str | None) -> etree._Element:
    """Answer ``get-lldp-interface-neighbors``: all that the neighbours of an interface tell."""
    reply = element("lldp-neighbors-information")
    heard = {row[:2] for row in lldp_table(running, spec)}
    for near in spec.neighbours:
        if (near.local_interface, near.device) not in heard or interface not in (None, near.local_interface):
            continue
        entry = element(
            "lldp-neighbor-information",
            element("lldp-local-interface", near.local_interface),
            element("lldp-local-parent-interface-name", "-"),
            element("lldp-remote-chassis-id-subtype", "Mac address"),
            element("lldp-remote-chassis-id", _chassis_id(near.device)),
            element("lldp-remote-port-id-subtype", "Interface name"),
            element("lldp-remote-port-id", near.remote_interface),
            element("lldp-remote-system-name", near.device),
            element("lldp-remote-system-capabilities-supported", _capabilities(near.capabilities)),
            element("lldp-remote-system-capabilities-enabled", _capabilities(near.capabilities)),
        )
        if near.system_description:
            text = element("lldp-remote-system-description", near.system_description)
            entry.append(element("lldp-system-description", text))
        if near.management_address:
            entry.append(element("lldp-remote-management-address-type", "IPv4(1)"))
            entry.append(element("lldp-remote-management-address", near.management_address))
        reply.append(entry)
    return reply


def _capabilities(letters: str) -> str:
    words = {"B": "Bridge", "R": "Router", "T": "Telephone", "W": "WLAN Access Point", "S": "Station Only"}
    return " ".join(words.get(letter, "Other") for letter in letters.split(",") if letter)


def _chassis_id(device: str) -> str:
    digits = hashlib.sha256(device.encode()).hexdigest()[:12]
    return ":".join(digits[start : start + 2] for start in range(0, 12, 2))


def lldp_table(running: Statement, spec: TwinSpec) -> tuple[tuple[str, str, str], ...]:
    """Return local interface, neighbour and its interface where the configuration lets LLDP run."""
    effective = inherited(running)
    lldp = effective.get("protocols", "lldp")
    if lldp is None or lldp.get("disable") is not None:
        return ()
    rows = []
    for neighbour in spec.neighbours:
        names = (neighbour.local_interface, f"{neighbour.local_interface}.0", "all")
        chosen = next((found for name in names if (found := lldp.get(f"interface {name}")) is not None), None)
        port = effective.get("interfaces", neighbour.local_interface)
        is_down = port is not None and port.get("disable") is not None
        if chosen is not None and chosen.get("disable") is None and not is_down:
            rows.append((neighbour.local_interface, neighbour.device, neighbour.remote_interface))
    return tuple(rows)


def interface_information(running: Statement, spec: TwinSpec, *, private: bool) -> etree._Element:
    """Answer ``get-interface-information``.

    Args:
        running: The running configuration.
        spec: Tells the ports that have neighbours; they exist also where nothing configures them.
        private: Asked for the private routing instance, where the routing engine's own address is.
    """
    reply = element("interface-information")
    if private:
        address = element("interface-address", element("ifa-local", "128.0.0.1/2"))
        family = element("address-family", element("address-family-name", "inet"), address)
        logical = element("logical-interface", element("name", "sp-0/0/0.16383"), family)
        reply.append(element("physical-interface", element("name", "sp-0/0/0"), logical))
        return reply
    effective = inherited(running)
    interfaces = effective.get("interfaces")
    configured = (
        []
        if interfaces is None
        else [port for port in interfaces.active() if port.schema.keyword != "interface-range"]
    )
    names = [port.identity[0] for port in configured]
    names += [near.local_interface for near in spec.neighbours if near.local_interface not in names]
    for name in names:
        port = next((found for found in configured if found.identity[0] == name), None)
        state = "down" if port is not None and port.get("disable") is not None else "up"
        row = element(
            "physical-interface",
            element("name", name),
            element("admin-status", state),
            element("oper-status", state),
        )
        description = port.value("description") if port is not None else None
        if description:
            row.append(element("description", description))
        reply.append(row)
    return reply


def file_content(name: str) -> str | None:
    """Return a file of the device, or None where it has no such file."""
    return {"/etc/hosts.junos": _HOSTS_FILE, "/etc/resolv.conf": ""}.get(name)
