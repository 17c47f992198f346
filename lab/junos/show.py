"""Answers to CLI commands as text, as ``<command format="text">`` brings them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lab.device_clock import DeviceClock
from lab.junos import operational
from lab.junos.database import ConfigurationDatabase
from lab.junos.groups import inherited
from lab.junos.render import render_curly, render_set
from lab.junos.statements import Statement
from lab.models import TwinSpec


def configuration_header(database: ConfigurationDatabase) -> str:
    """Return the line above every configuration text."""
    newest = database.history()[0]
    return f"## Last commit: {operational.stamp(newest.at)} by {newest.user}\n"


class ShowCommands:
    """The show commands that the twin knows."""

    def __init__(self, database: ConfigurationDatabase, clock: DeviceClock, spec: TwinSpec) -> None:
        self._database = database
        self._clock = clock
        self._spec = spec
        self._commands: Final[dict[str, Callable[[], str]]] = {
            "show configuration": lambda: configuration_header(database) + render_curly(database.running()),
            "show configuration | display set": lambda: render_set(database.running()),
            "show version": self._version,
            "show system commit": self._system_commit,
            "show system uptime": self._system_uptime,
            "show system users": self._system_users,
            "show lldp neighbors": self._lldp_neighbors,
            "show forwarding-options analyzer": self._analyzers,
        }

    def answer(self, command: str) -> str | None:
        """Return the answer, or None where the device has no such command."""
        words = " ".join(command.split())
        number = words.removeprefix("show system rollback ")
        if number != words and number.isascii() and number.isdigit():
            history = self._database.history()
            return render_curly(history[int(number)].tree) if int(number) < len(history) else ""
        known = self._commands.get(words.removesuffix("| no-more").strip())
        return known() if known is not None else None

    def _version(self) -> str:
        running = self._database.running()
        release = operational.version(running)
        return (
            f"Hostname: {operational.host_name(running)}\nModel: {self._spec.model.lower()}\n"
            f"Junos: {release}\n"
            f"JUNOS Software Release [{release}]\n"
        )

    def _system_commit(self) -> str:
        lines: list[str] = []
        pending = self._database.pending() is not None
        for number, commit in enumerate(self._database.history()):
            comment = f" {commit.comment}" if commit.comment else ""
            at = operational.stamp(commit.at)
            lines.append(f"{number:<3} {at} by {commit.user} via {commit.client}{comment}")
            if commit.log:
                lines.append(f"    {commit.log}")
            if pending and number == 0:
                lines.append("    rollback pending")
        return "".join(f"{line}\n" for line in lines)

    def _system_uptime(self) -> str:
        newest = self._database.history()[0]
        return (
            f"Current time: {operational.stamp(self._clock.now())}\n"
            f"System booted: {operational.stamp(self._clock.started())}\n"
            f"Last configured: {operational.stamp(newest.at)} by {newest.user}\n"
        )

    def _system_users(self) -> str:
        # Sessions of NETCONF are no terminals, so nobody is listed below the heading.
        up = int((self._clock.now() - self._clock.started()).total_seconds()) // 60
        now = self._clock.now()
        return (
            f" {now:%I:%M%p}  up {up // 60}:{up % 60:02}, 0 users, load averages: 0.10, 0.12, 0.09\n"
            "USER     TTY      FROM                              LOGIN@  IDLE WHAT\n"
        )

    def _lldp_neighbors(self) -> str:
        lines = ["Local Interface    Parent Interface    Chassis Id          Port info          System Name"]
        for local, device, remote in operational.lldp_table(self._database.running(), self._spec):
            lines.append(f"{local:<19}{'-':<20}{'':<20}{remote:<19}{device}")
        return "".join(f"{line}\n" for line in lines)

    def _analyzers(self) -> str:
        running = inherited(self._database.running())
        options = running.get("forwarding-options")
        if options is None:
            return ""
        found = [node for node in options.active() if node.schema.keyword == "analyzer"]
        return "\n".join(_analyzer(node) for node in found)


def _monitored(node: Statement, direction: str) -> list[str]:
    side = node.get("input", direction)
    return [] if side is None else [child.identity[-1] for child in side.active()]


def _analyzer(node: Statement) -> str:
    output = node.value("output", "interface") or ""
    rows = [
        ("Analyzer name", node.identity[-1]),
        ("Mirror rate", "1"),
        ("Maximum packet length", "0"),
        ("State", "up" if output else "down"),
        *(("Ingress monitored interfaces", name) for name in _monitored(node, "ingress")),
        *(("Egress monitored interfaces", name) for name in _monitored(node, "egress")),
        ("Output interface", output),
    ]
    return "".join(f"  {title:<33}: {value}\n" for title, value in rows)
