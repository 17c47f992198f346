"""A NAPALM driver for Aruba AOS-CX over SSH, since none that is published can change a switch.

How a change is made here:

1. `load_merge_candidate` reads running and foresees what the lines make of it; nothing is sent.
2. `commit_config(revert_in=…)` keeps a checkpoint to compare with, starts `checkpoint auto`, makes sure that
   running is still what was compared, and enters the lines, each section by its own header and `exit`.
3. The switch's own `checkpoint diff` and its running configuration must be exactly what was foreseen.
4. `confirm_commit` confirms on the same terminal, and only then is running saved. The terminal stays open and
   in use until then: when it ends, the switch takes the change back within seconds.

Known limits:
    Secrets go in as the ciphertext that the switch shows. A switch tells no other session that a timer runs:
    whether a commit may be pending is judged by running differing from startup. Not every getter of NAPALM is
    here; whole configurations are not replaced.
"""

import re
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from napalm.base.base import NetworkDriver
from napalm.base.exceptions import CommitError, MergeConfigException
from netmiko.exceptions import ReadException

from devices.aoscx_difference import net_of_difference, placed_lines
from devices.drivers.aoscx_forecast import Forecast, foresee
from devices.drivers.aoscx_outcomes import (
    ChangedMeanwhile,
    TimerRanOut,
    TimerRunsAlready,
    UnforeseenEffect,
)
from devices.drivers.aoscx_tables import read_neighbours, read_system, read_table
from devices.drivers.aoscx_terminal import AOSCXTerminal, TerminalQuestion
from devices.parsers.aoscx.tree import read_lines
from devices.parsers.statements import Statement
from devices.profiles import comparable_configuration

_REFUSALS: Final = re.compile(
    r"^(?:Invalid input\b|% ?\S|.*\bdoesn't exist\b|.*\bdoes not exist\b|Command not supported"
    r"|Operation not allowed|.*\bnot allowed\b|.*\bcannot\b|.*\bfailed\b|.*\[Failure\])",
    re.IGNORECASE | re.MULTILINE,
)
_SUCCESS: Final = re.compile(r"\bSuccess\b")
_ARMED: Final = re.compile(r"Auto checkpoint mode expires in (\d+) minute")
_CONFIRMED: Final = re.compile(r"checkpoint (AUTO\d+) created", re.IGNORECASE)
_EQUAL: Final = "No difference in configs."
_CHECKPOINT_ROW: Final = re.compile(r"^(\S+)\s+(?:checkpoint|latest)\s+\S+\s", re.MULTILINE)
_SLOW_SECONDS: Final = 120.0
_DEEPEST: Final = 8


@dataclass(slots=True)
class _Armed:
    """What was started on the switch: the checkpoint to compare with, and whether it is ours to erase."""

    checkpoint: str
    is_ours: bool
    watch: threading.Event


class AOSCXNetworkDriver(NetworkDriver):  # type: ignore[misc]  # NAPALM has no types
    """One terminal of an AOS-CX switch."""

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: float = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        """Keep what is needed to open a session.

        Args:
            hostname: Address or name of the switch.
            username: The login.
            password: Its password.
            timeout: How many seconds any answer may take.
            optional_args: ``port`` (22); ``host_key``, it must show; ``make_id``, the end of a checkpoint's
                name; ``keep_alive_seconds`` (15), after how long a session that waits counts as used again.
        """
        options = optional_args or {}
        self.hostname = hostname
        self.username = username
        self.timeout = timeout
        self._password = password
        self._port = int(options.get("port", 22))
        self._host_key = str(options.get("host_key", ""))
        self._make_id: Callable[[], str] = options.get("make_id", lambda: uuid.uuid4().hex[:12])
        self._keep_alive_seconds = float(options.get("keep_alive_seconds", 15))
        self._terminal: AOSCXTerminal | None = None
        self._lines = ""
        self._staged_on = ""
        self._forecast: Forecast | None = None
        self._armed: _Armed | None = None

    # The session.

    def open(self) -> None:
        """Log in."""
        place = (self.hostname, self._port, self.username, self._password, float(self.timeout))
        self._terminal = AOSCXTerminal(*place, host_key=self._host_key)

    def close(self) -> None:
        """Log out; a change that is not confirmed is then taken back by the switch."""
        self._stop_watching()
        terminal, self._terminal = self._terminal, None
        if terminal is not None:
            terminal.close()

    def cut(self) -> None:
        """Close the sockets under a call that hangs; must not block."""
        if self._terminal is not None:
            self._terminal.cut()

    def is_alive(self) -> dict[str, bool]:
        """Return whether the session is open."""
        return {"is_alive": self._terminal is not None and self._terminal.is_open}

    @property
    def terminal(self) -> AOSCXTerminal:
        """Return the terminal of the open session."""
        if self._terminal is None:
            raise ReadException("the session is not open")
        return self._terminal

    # Getters.

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str]:
        """Return the answers to show commands."""
        if encoding != "text":
            raise NotImplementedError("AOS-CX answers in text only")
        return {command: self.terminal.ask(command, seconds=_SLOW_SECONDS) for command in commands}

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: FBT001, FBT002 - NAPALM's signature
        sanitized: bool = False,  # noqa: FBT001, FBT002 - NAPALM's signature
        format: str = "text",  # noqa: A002 - NAPALM's signature
    ) -> dict[str, str]:
        """Return the configurations; there is no candidate on the switch."""
        if sanitized or format != "text":
            raise NotImplementedError("configurations come as the switch shows them, as text")
        found = {"running": "", "startup": "", "candidate": ""}
        if retrieve in ("running", "all"):
            found["running"] = self._show("show running-config all" if full else "show running-config")
        if retrieve in ("startup", "all"):
            found["startup"] = self._show_startup()
        return found

    def _show(self, command: str) -> str:
        return self.terminal.ask(command, seconds=_SLOW_SECONDS)

    def _show_startup(self) -> str:
        text = self._show("show startup-config")
        return "" if re.search(r"startup\S* .*does(?:n't| not) exist", text, re.IGNORECASE) else text

    def get_facts(self) -> dict[str, Any]:
        """Return what `show system` tells."""
        [row] = read_table("show system", self._show("show system"))
        text = self._show("show running-config")
        names = [
            " ".join(one.raw[1:])
            for one in read_lines(text, device=self.hostname)
            if one.words[0] == "interface"
        ]
        return {**read_system(row), "interface_list": names}

    def get_vlans(self) -> dict[str, dict[str, Any]]:
        """Return the VLANs with the ports that carry them."""
        return {
            row["vlan_id"]: {"name": row["vlan_name"], "interfaces": list(row["interfaces"])}
            for row in read_table("show vlan", self._show("show vlan"))
        }

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """Return the LLDP neighbours, by their chassis where they have no name.

        Raises:
            ValueError: the table cannot be read, or holds another number of rows than it tells.
        """
        return read_neighbours(self._show("show lldp neighbor-info"))

    # Before the change.

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Foresee what lines make of the running configuration; nothing is sent."""
        if filename is not None or config is None:
            raise MergeConfigException("give the lines themselves, not a file")
        running = self._show("show running-config")
        self._forecast = foresee(running, config, device=self.hostname)
        self._lines, self._staged_on = config, comparable_configuration("aoscx", running)

    def compare_config(self) -> str:
        """Return the difference that the lines will make, as foreseen here."""
        return "" if self._forecast is None else self._forecast.difference

    def discard_config(self) -> None:
        """Forget the lines."""
        self._forecast, self._lines = None, ""

    # The change.

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Enter the lines under `checkpoint auto`, and verify what the switch made of them.

        Raises:
            TimerRunsAlready: nothing was changed.
            ChangedMeanwhile: nothing was changed.
            MergeConfigException: a line was refused; those before it are in force until they are taken back.
            UnforeseenEffect: the lines are in force until they are taken back.
            TimerRanOut: the switch took the change back before all of it was in force.
        """
        if message or revert_in is None or revert_in % 60 or self._forecast is None:
            raise CommitError("a change needs staged lines, whole minutes to be taken back, and no message")
        self._arm(revert_in // 60)
        if comparable_configuration("aoscx", self._show("show running-config")) != self._staged_on:
            self._disarm()
            raise ChangedMeanwhile
        self._enter_lines()
        self._verify_effect(self._forecast)

    def _arm(self, minutes: int) -> None:
        checkpoint, is_ours = self._keep_checkpoint()
        self.terminal.forget_notices()
        answer = self.terminal.ask(f"checkpoint auto {minutes}")
        armed = _ARMED.search(answer)
        if armed is None or int(armed[1]) != minutes:
            if is_ours:
                self._erase(checkpoint)
            if "already" in answer.lower():
                raise TimerRunsAlready
            raise CommitError(f"the revert timer was not started: {answer}")
        self._armed = _Armed(checkpoint, is_ours, threading.Event())
        watcher = threading.Thread(
            target=self.terminal.keep_in_use,
            args=(self._armed.watch, self._keep_alive_seconds),
            name="aoscx-session",
            daemon=True,
        )
        watcher.start()

    def _keep_checkpoint(self) -> tuple[str, bool]:
        """Return a checkpoint that holds what is running: a new one, or the one that holds it already."""
        name = f"samdrift-{self._make_id()}"
        answer = self.terminal.ask(f"copy running-config checkpoint {name}", seconds=_SLOW_SECONDS)
        if _SUCCESS.search(answer):
            return name, True
        if "identical" in answer.lower():
            for known in reversed(self._checkpoints()):
                if _EQUAL in self._show(f"checkpoint diff {known} running-config"):
                    return known, False
        raise CommitError(f"no checkpoint of the running configuration could be kept: {answer}")

    def _checkpoints(self) -> list[str]:
        text = self._show("show checkpoint")
        if _REFUSALS.search(text):
            text = self._show("show checkpoint list all")
        return _CHECKPOINT_ROW.findall(text)

    def _enter_lines(self) -> None:
        self.terminal.ask("configure terminal")
        for statement in read_lines(self._lines, device=self.hostname):
            self._enter(statement)
        self.terminal.ask("end")

    def _enter(self, statement: Statement) -> None:
        """Enter a line with those below it, and leave its section again."""
        outside = self.terminal.context
        self._type(statement)
        if statement.children and self.terminal.context == outside:
            raise MergeConfigException(f"'{statement.text}' opened no section for the lines below it")
        for child in statement.children:
            self._enter(child)
        for _ in range(_DEEPEST):
            if self.terminal.context == outside:
                return
            self.terminal.ask("exit" if self.terminal.context else "")
        raise MergeConfigException(f"'{statement.text}' left the section that it stands in")

    def _type(self, statement: Statement) -> None:
        text = f"{statement.text} ^\n{statement.body}\n^" if statement.body else statement.text
        renames = statement.words[0] == "hostname"
        try:
            answer = self.terminal.ask(text, renames=renames)
        except TerminalQuestion as question:
            raise MergeConfigException(f"{statement.text} / {question}") from None
        if _REFUSALS.search(answer):
            raise MergeConfigException(f"{statement.text} / {answer}")

    def _verify_effect(self, forecast: Forecast) -> None:
        """Compare what the switch says it holds now with what was foreseen.

        Raises:
            UnforeseenEffect: they are not the same.
            TimerRanOut: the switch takes it back already.
        """
        told = self._show(f"checkpoint diff {self._need_armed().checkpoint} running-config")
        running = self._show("show running-config")
        if self.terminal.restored:
            raise TimerRanOut
        net = net_of_difference(told)
        found = placed_lines(running, device=self.hostname)
        if net == forecast.net and found == forecast.after:
            return
        came = [f"+ {' / '.join((*section, text))}" for section, text in found - forecast.after]
        missing = [f"- {' / '.join((*section, text))}" for section, text in forecast.after - found]
        raise UnforeseenEffect("; ".join([*came, *missing][:6]) or "its difference tells other lines")

    # After the change.

    def has_pending_commit(self) -> bool:
        """Return whether a change may be waiting for its confirmation: ours, or whatever is not saved."""
        if self._armed is not None and not self.terminal.restored:
            return True
        texts = [
            comparable_configuration("aoscx", text)
            for text in (self._show("show running-config"), self._show_startup())
        ]
        return texts[0] != texts[1]

    def owns_pending_commit(self) -> bool:
        """Return whether the timer that this session started still runs, as far as the switch says.

        Raises:
            ReadException: the session is gone, and the change goes with it.
        """
        if self._armed is None:
            return False
        self.terminal.ask("")
        return not self.terminal.restored

    def confirm_commit(self) -> None:
        """Confirm on the terminal that started the timer, and save.

        Raises:
            TimerRanOut: there is nothing to confirm; nothing was saved.
        """
        armed = self._need_armed()
        if not self.owns_pending_commit():
            raise TimerRanOut
        confirmed = _CONFIRMED.search(self.terminal.ask("checkpoint auto confirm", seconds=_SLOW_SECONDS))
        if confirmed is None:
            raise TimerRanOut
        self._stop_watching()
        self._armed = None
        self.save()
        # What they hold is saved now; without this the 32 places that a switch has would soon be full.
        self._erase(confirmed[1])
        if armed.is_ours:
            self._erase(armed.checkpoint)

    def save(self) -> None:
        """Save running for the next boot."""
        answer = self.terminal.ask("write memory", seconds=_SLOW_SECONDS)
        if not _SUCCESS.search(answer):
            raise CommitError(f"running could not be saved: {answer}")

    def rollback(self) -> None:
        """Take the change of this session back at once, and end its timer."""
        armed = self._need_armed()
        if self.terminal.context:
            self.terminal.ask("end")
        self.terminal.ask(f"checkpoint rollback {armed.checkpoint}", seconds=_SLOW_SECONDS, renames=True)
        if _EQUAL not in self._show(f"checkpoint diff {armed.checkpoint} running-config"):
            raise CommitError("running is not what the checkpoint holds; the timer still runs")
        self._disarm()

    def _disarm(self) -> None:
        """End the timer while running is what it was before."""
        armed = self._need_armed()
        confirmed = _CONFIRMED.search(self.terminal.ask("checkpoint auto confirm", seconds=_SLOW_SECONDS))
        self._stop_watching()
        self._armed = None
        if confirmed is not None:
            self._erase(confirmed[1])
        if armed.is_ours:
            self._erase(armed.checkpoint)

    def _erase(self, checkpoint: str) -> None:
        """Erase a checkpoint that this object made; one that stays takes a place and does nothing else."""
        with suppress(TerminalQuestion):
            self.terminal.ask(f"erase checkpoint {checkpoint}")

    def _need_armed(self) -> _Armed:
        if self._armed is None:
            raise TimerRanOut
        return self._armed

    def _stop_watching(self) -> None:
        if self._armed is not None:
            self._armed.watch.set()
