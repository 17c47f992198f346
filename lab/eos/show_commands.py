"""The show commands of the EOS twin: each answers with JSON, with text or with both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from lab.cli_dialect import Node
from lab.cli_vlans import read_vlans
from lab.eos.device import COMPLETED_LIMIT, PENDING_LIMIT, EOSDevice
from lab.eos.difference import session_difference
from lab.eos.lldp import neighbour_details
from lab.eos.management import is_shut_down
from lab.eos.ranges import INTERFACES, read_interfaces
from lab.eos.show_security import TEXT_COMMANDS
from lab.models import NeighbourSpec

JSON = dict[str, Any]
ExpiryBase = Literal["uptime", "epoch"]
_FIRST_WITH_TOP_LEVEL_TIMER: Final = (4, 32)
_FIRST_WITHOUT_HUNKS: Final = (4, 30)
_BANDWIDTH: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a show command says; None where it cannot say it in that form."""

    json: JSON | None
    text: str | None


class ShowCommands:
    """Answers show commands from the device's state."""

    def __init__(self, device: EOSDevice, expiry_base: ExpiryBase) -> None:
        self._device = device
        self._expiry_base = expiry_base
        self._commands: Final[Mapping[str, Callable[[], Shown]]] = {
            "show version": self._version,
            "show hostname": self._hostname,
            "show running-config": lambda: self._running(defaults=False),
            "show running-config all": lambda: self._running(defaults=True),
            "show startup-config": self._startup,
            "show configuration sessions": self._sessions,
            "show configuration sessions detail": self._sessions,
            "show lldp neighbors": self._lldp_neighbors,
            "show lldp neighbors detail": self._lldp_neighbors_detail,
            "show interfaces": self._interfaces,
            "show interfaces status": self._interfaces_status,
            "show vlan": self._vlans,
            "show monitor session": self._monitor_sessions,
            "show logging": lambda: Shown(None, "".join(f"{line}\n" for line in device.log)),
        }

    def answer(self, command: str) -> Shown | None:
        """Return what a command says, None where the device has no such command."""
        words = command.split()
        with self._device.lock:
            if words[:3] == ["show", "session-config", "named"] and words[3:]:
                return self._session_config(words[3], words[4:])
            as_text = TEXT_COMMANDS.get(" ".join(words))
            if as_text is not None:
                return Shown(None, as_text(self._device))
            known = self._commands.get(" ".join(words))
            return known() if known is not None else None

    # -- configuration ---------------------------------------------------------------------------------------

    def _header(self, command: str, extra: str = "") -> str:
        device = self._device
        name = f"! device: {device.hostname} ({device.model}, EOS-{device.release})\n"
        return f"! Command: {command}\n{extra}{name}!\n{device.boot_line}"

    def _running(self, *, defaults: bool) -> Shown:
        device = self._device
        command = "show running-config all" if defaults else "show running-config"
        body = f"{device.running.render(defaults=defaults)}end\n"
        return Shown({"header": [], "cmds": _as_commands(device.running.root)}, self._header(command) + body)

    def _startup(self) -> Shown:
        at, user = self._device.saved
        extra = f"! Startup-config last modified at  {at:%a %b %e %H:%M:%S %Y} by {user}\n"
        return Shown(None, self._header("show startup-config", extra) + self._device.startup)

    def _session_config(self, name: str, rest: list[str]) -> Shown | None:
        device = self._device
        session = device.session(name)
        candidate = device.text(session.tree)
        if rest == ["diffs"]:
            hunks = device.numbers < _FIRST_WITHOUT_HUNKS
            running = device.text(device.running)
            return Shown(
                None, session_difference(name, running.splitlines(), candidate.splitlines(), hunks=hunks)
            )
        return (
            Shown(None, self._header(f"show session-config named {name}") + candidate) if not rest else None
        )

    def _sessions(self) -> Shown:
        device, timer = self._device, self._device.timer
        new_form = device.numbers >= _FIRST_WITH_TOP_LEVEL_TIMER
        rows: JSON = {}
        for session in device.list_sessions():
            row: JSON = {"state": session.state, "commitUser": "", "description": "", "instances": {}}
            if session.completed_at is not None:
                row |= {"completedTime": session.completed_at.timestamp(), "commitUser": session.user}
            if timer is not None and timer.session == session.name and not new_form:
                row |= {"state": "pendingCommitTimer", "commitBy": self._expiry()}
            rows[session.name] = row
        shown: JSON = {
            "sessions": rows,
            "maxSavedSessions": COMPLETED_LIMIT,
            "maxOpenSessions": PENDING_LIMIT,
            "mergeOnCommit": False,
            "saveToStartupConfigOnCommit": False,
        }
        if timer is not None and new_form:
            shown |= {"commitTimerSessionName": timer.session, "commitTimerExpireTime": self._expiry()}
        return Shown(shown, self._sessions_text())

    def _expiry(self) -> float:
        timer, clock = self._device.timer, self._device.clock
        if timer is None:
            return -1.0
        at = timer.expires_at.timestamp()
        return at if self._expiry_base == "epoch" else at - clock.started().timestamp()

    def _sessions_text(self) -> str:
        device, timer = self._device, self._device.timer
        lines = [
            f"Maximum number of completed sessions: {COMPLETED_LIMIT}",
            f"Maximum number of pending sessions: {PENDING_LIMIT}",
            "Merge on commit is disabled",
            "Autosave to startup-config on commit is disabled",
            "",
        ]
        if timer is not None:
            left = max(0, int((timer.expires_at - device.clock.now()).total_seconds()))
            spelled = f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02}"
            lines += [
                f"Session with pending commit timer: {timer.session}",
                f"Time left until commit timer expiry: in {spelled}",
                "",
            ]
        lines += [
            "  Name                 State     User       Completed Time",
            "- -------------------- --------- ---------- -------------------",
        ]
        for session in device.list_sessions():
            done = f"{session.completed_at:%Y-%m-%d %H:%M:%S}" if session.completed_at is not None else ""
            lines.append(f"  {session.name:<20} {session.state:<9} {session.user:<10} {done}".rstrip())
        return "".join(f"{line}\n" for line in lines)

    # -- operation -------------------------------------------------------------------------------------------

    def _version(self) -> Shown:
        device = self._device
        serial = f"SN{sum(map(ord, device.spec.name)) % 10_000:04}{len(device.spec.name):02}"
        shown: JSON = {
            "mfgName": "Arista",
            "modelName": device.model,
            "hardwareRevision": "",
            "serialNumber": serial,
            "systemMacAddress": "00:1c:73:00:00:01",
            "version": device.release,
            "internalVersion": device.release,
            "architecture": "x86_64",
            "bootupTimestamp": device.clock.started().timestamp(),
            "uptime": device.clock.uptime_seconds(),
            "memTotal": 4002360,
            "memFree": 2702360,
        }
        minutes = int(device.clock.uptime_seconds()) // 60
        weeks, days = minutes // 10080, minutes // 1440 % 7
        rows = (
            ("Hardware version", ""),
            ("Serial number", serial),
            ("System MAC address", "001c.7300.0001"),
            ("", ""),
            ("Software image version", device.release),
            ("Architecture", "x86_64"),
            ("Internal build version", device.release),
            ("Internal build ID", "00000000-0000-0000-0000-000000000000"),
            ("", ""),
            ("Uptime", f"{weeks} weeks, {days} days, {minutes // 60 % 24} hours and {minutes % 60} minutes"),
            ("Total memory", f"{shown['memTotal']} kB"),
            ("Free memory", f"{shown['memFree']} kB"),
        )
        listed = "".join(f"{name + ':':<24}{value}".rstrip() + "\n" if name else "\n" for name, value in rows)
        return Shown(shown, f"Arista {device.model}\n{listed}")

    def _hostname(self) -> Shown:
        device = self._device
        domain = next((node.text.split()[-1] for node in device.running.find("dns domain")), "")
        domain = domain or next((node.text.split()[-1] for node in device.running.find("ip domain-name")), "")
        fqdn = f"{device.hostname}.{domain}" if domain else device.hostname
        return Shown(
            {"hostname": device.hostname, "fqdn": fqdn}, f"Hostname: {device.hostname}\nFQDN:     {fqdn}\n"
        )

    def _ports(self) -> list[Node]:
        return [node for node in self._device.running.root.children if node.identity[:1] == ("interface",)]

    def _neighbours(self) -> list[NeighbourSpec]:
        """Return the neighbours where LLDP runs on a port that is up."""
        if any(node.text == "no lldp run" for node in self._device.running.root.children):
            return []
        heard = {
            node.identity[-1]
            for node in self._ports()
            if not is_shut_down(node) and not any(line.text == "no lldp receive" for line in node.children)
        }
        return [near for near in self._device.spec.neighbours if near.local_interface in heard]

    def _lldp_neighbors(self) -> Shown:
        rows = self._neighbours()
        listed = [
            {
                "ttl": 120,
                "neighborDevice": near.device,
                "neighborPort": near.remote_interface,
                "port": near.local_interface,
            }
            for near in rows
        ]
        shown: JSON = {
            "tablesLastChangeTime": self._device.clock.started().timestamp(),
            "tablesInserts": len(rows),
            "tablesDeletes": 0,
            "tablesDrops": 0,
            "tablesAgeOuts": 0,
            "lldpNeighbors": listed,
        }
        lines = ["Port          Neighbor Device ID       Neighbor Port ID    TTL"]
        lines += [
            f"{INTERFACES.short_name(near.local_interface):<13} {near.device:<24} "
            f"{near.remote_interface:<19} 120"
            for near in rows
        ]
        return Shown(shown, "".join(f"{line}\n" for line in lines))

    def _lldp_neighbors_detail(self) -> Shown:
        return Shown({"lldpNeighbors": neighbour_details(self._neighbours())}, None)

    def _interfaces(self) -> Shown:
        rows: JSON = {}
        for node in self._ports():
            down = is_shut_down(node)
            rows[node.identity[-1]] = {
                "name": node.identity[-1],
                "interfaceStatus": "disabled" if down else "connected",
                "lineProtocolStatus": "down" if down else "up",
                "description": _value(node, "description"),
                "hardware": "ethernet",
                "bandwidth": _BANDWIDTH,
                "mtu": 1500,
            }
        return Shown({"interfaces": rows}, None)

    def _interfaces_status(self) -> Shown:
        rows: JSON = {}
        lines = ["Port       Name                 Status       Vlan     Duplex Speed  Type"]
        for node in self._ports():
            name = node.identity[-1]
            if not INTERFACES.is_hardware(name):
                continue
            status = "disabled" if is_shut_down(node) else "connected"
            membership = _membership(node)
            rows[name] = {
                "vlanInformation": membership,
                "bandwidth": _BANDWIDTH,
                "interfaceType": "1000BASE-T",
                "description": _value(node, "description"),
                "autoNegotiateActive": True,
                "duplex": "duplexFull",
                "autoNegotigateActive": True,
                "linkStatus": status,
                "lineProtocolStatus": "down" if status == "disabled" else "up",
            }
            vlan = membership.get("vlanId", membership["interfaceMode"])
            lines.append(
                f"{INTERFACES.short_name(name):<10} {_value(node, 'description')[:20]:<20} {status:<12} "
                f"{vlan!s:<8} full   1G     1000BASE-T"
            )
        return Shown({"interfaceStatuses": rows}, "".join(f"{line}\n" for line in lines))

    def _vlans(self) -> Shown:
        names = {1: "default"}
        for node in self._device.running.root.children:
            if node.mode == "vlan":
                vlan = int(node.identity[1])
                names[vlan] = _value(node, "name") or f"VLAN{vlan:04}"
        rows: JSON = {}
        lines = ["VLAN  Name                             Status    Ports"]
        for vlan, name in sorted(names.items()):
            ports = [node.identity[-1] for node in self._ports() if _carries(node, vlan)]
            rows[str(vlan)] = {
                "name": name,
                "dynamic": False,
                "status": "active",
                "interfaces": {port: {"privatePromoted": False} for port in ports},
            }
            shown = ", ".join(map(INTERFACES.short_name, ports))
            lines.append(f"{vlan:<5} {name:<32} active    {shown}".rstrip())
        return Shown({"sourceDetail": "", "vlans": rows}, "".join(f"{line}\n" for line in lines))

    def _monitor_sessions(self) -> Shown:
        sessions: dict[str, _Mirror] = {}
        for node in self._device.running.root.children:
            words = node.text.split()
            if words[:2] != ["monitor", "session"]:
                continue
            mirror = sessions.setdefault(words[2], _Mirror({"rx": [], "tx": [], "both": []}, []))
            mirror.read(words[3], words[4:])
        rows = {name: mirror.as_json() for name, mirror in sessions.items()}
        return Shown({"sessions": rows}, "\n".join(m.as_text(name) for name, m in sessions.items()))


@dataclass(frozen=True, slots=True)
class _Mirror:
    """A monitor session as the configuration makes it."""

    sources: dict[str, list[str]]
    targets: list[str]

    def read(self, side: str, words: list[str]) -> None:
        """Take one line of the session in."""
        direction = words[-1] if words[-1] in self.sources else "both"
        listed = [word for word in words if word not in self.sources]
        ports = read_interfaces("".join(listed)) or []
        if side == "source":
            self.sources[direction].extend(ports)
        elif side == "destination":
            self.targets.extend(ports)

    def as_json(self) -> JSON:
        """Return the session as the API tells it."""
        listed = {f"sourceInterfaces{way.capitalize()}": ports for way, ports in self.sources.items()}
        targets = [{"name": port, "operState": "active"} for port in self.targets]
        return {**listed, "targetInterfaces": targets}

    def as_text(self, name: str) -> str:
        """Return the session as the terminal tells it."""
        lines = [f"Session {name}", "------------------------", "", "Source Ports:", ""]
        for way, title in (("rx", "Rx"), ("tx", "Tx"), ("both", "Both")):
            if self.sources[way]:
                lines.append(f"  {title + ':':<10}{', '.join(map(INTERFACES.short_name, self.sources[way]))}")
        lines += [
            "",
            "Destination Ports:",
            "",
            *(f"  {INTERFACES.short_name(port)} :  active" for port in self.targets),
        ]
        return "".join(f"{line}\n" for line in lines)


def _value(node: Node, word: str) -> str:
    found = (line.text.partition(" ")[2] for line in node.children if line.text.split()[0] == word)
    return next(found, "")


def _membership(node: Node) -> JSON:
    texts = [line.text for line in node.children]
    if "no switchport" in texts or node.identity[-1].startswith("Management"):
        return {"interfaceMode": "routed", "interfaceForwardingModel": "routed"}
    if "switchport mode trunk" in texts:
        return {"interfaceMode": "trunk", "interfaceForwardingModel": "bridged"}
    access = next((text.split()[-1] for text in texts if text.startswith("switchport access vlan ")), "1")
    return {"interfaceMode": "bridged", "vlanId": int(access), "interfaceForwardingModel": "bridged"}


def _carries(node: Node, vlan: int) -> bool:
    """Return whether a switch port that is up is a member of a VLAN."""
    if is_shut_down(node) or not node.identity[-1].startswith(("Ethernet", "Port-Channel")):
        return False
    membership = _membership(node)
    if membership["interfaceMode"] == "trunk":
        texts = (line.text for line in node.children)
        allowed = next(
            (t.split()[-1] for t in texts if t.startswith("switchport trunk allowed vlan ")), "all"
        )
        return allowed == "all" or (allowed != "none" and vlan in read_vlans(allowed))
    return membership.get("vlanId") == vlan


def _as_commands(section: Node) -> JSON:
    """Return a configuration as the API tells it: each line with those below it, None where none can be."""
    return {
        node.text: {"comments": [], "cmds": _as_commands(node)} if node.mode else None
        for node in section.children
    }
