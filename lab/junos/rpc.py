"""The RPCs of a NETCONF session: one method per operation, each answering with the inside of a reply."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from lab.device_clock import DeviceClock
from lab.faults import FaultSwitch
from lab.junos import operational
from lab.junos.curly import parse_curly
from lab.junos.database import (
    DEFAULT_CONFIRM_MINUTES,
    SECONDS_PER_MINUTE,
    ConfigurationDatabase,
    SessionIdentity,
)
from lab.junos.elements import element
from lab.junos.errors import ConfigurationRefused, DatabaseRefused
from lab.junos.groups import inherited
from lab.junos.render import render_curly, render_set
from lab.junos.show import ShowCommands, configuration_header
from lab.junos.statements import SYNTAX_ERROR, Statement
from lab.junos.xml_form import keep_filtered, local_name, to_blocks, to_xml
from lab.models import TwinSpec

OK: Final = "<ok/>"
_LOAD_OK: Final = "<load-configuration-results>\n<ok/>\n</load-configuration-results>"
_LONGEST_CONFIRM_MINUTES: Final = 65535


@dataclass(frozen=True, slots=True)
class Answer:
    """The inside of a reply, and what becomes of the session after it."""

    body: str
    closes: bool = False
    committed: bool = False


def rpc_error(  # noqa: PLR0917 - the fields of one XML element in its own order
    error_type: str, tag: str, message: str, info: str = "", path: str = "", severity: str = "error"
) -> str:
    """Return an ``<rpc-error>`` element."""
    return (
        f"<rpc-error>\n<error-type>{error_type}</error-type>\n<error-tag>{tag}</error-tag>\n"
        f"<error-severity>{severity}</error-severity>\n{path}"
        f"<error-message>\n{escape(message)}\n</error-message>\n{info}</rpc-error>"
    )


def _refused_line(refusal: ConfigurationRefused) -> str:
    bad = f"<error-info>\n<bad-element>{escape(refusal.bad_element)}</bad-element>\n</error-info>\n"
    severity = "warning" if refusal.warning else "error"
    return rpc_error("protocol", "operation-failed", refusal.message, bad, severity=severity)


def _refused_operation(refusal: DatabaseRefused) -> str:
    info = ""
    if refusal.session_id is not None:
        info = f"<error-info>\n<session-id>{refusal.session_id}</session-id>\n</error-info>\n"
    elif refusal.bad_element:
        info = f"<error-info>\n<bad-element>{escape(refusal.bad_element)}</bad-element>\n</error-info>\n"
    return rpc_error("protocol", refusal.tag, refusal.message, info)


def _text(request: etree._Element, name: str) -> str | None:
    for child in request:
        if isinstance(child.tag, str) and local_name(child) == name:
            return (child.text or "").strip()
    return None


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(
        (child for child in element if isinstance(child.tag, str) and local_name(child) == name), None
    )


def _serial(reply: etree._Element) -> str:
    return etree.tostring(reply, encoding="unicode")


class RPCService:
    """Answers the RPCs of every session of one device."""

    def __init__(
        self, database: ConfigurationDatabase, clock: DeviceClock, spec: TwinSpec, faults: FaultSwitch
    ) -> None:
        self._database = database
        self._clock = clock
        self._spec = spec
        self._faults = faults
        self._show = ShowCommands(database, clock, spec)
        self._operations: Final[dict[str, Callable[[SessionIdentity, etree._Element], Answer]]] = {
            "lock-configuration": self._lock,
            "lock": self._lock,
            "unlock-configuration": self._unlock,
            "unlock": self._unlock,
            "load-configuration": self._load,
            "get-configuration": self._get_configuration,
            "get-config": self._get_config,
            "commit-configuration": self._commit_configuration,
            "commit": self._commit,
            "validate": self._validate,
            "discard-changes": self._discard,
            "command": self._command,
            "close-session": lambda _who, _request: Answer(OK, closes=True),
            "file-show": self._file_show,
            **{name: self._ask(build) for name, build in self._questions().items()},
        }

    def _questions(self) -> dict[str, Callable[[etree._Element], etree._Element]]:
        database, clock, spec = self._database, self._clock, self._spec
        return {
            "get-software-information": lambda _: operational.software_information(database.running(), spec),
            "get-chassis-inventory": lambda _: operational.chassis_inventory(spec),
            "get-route-engine-information": lambda _: operational.route_engine_information(clock),
            "get-system-uptime-information": lambda _: operational.uptime_information(clock),
            "get-lldp-neighbors-information": lambda _: operational.lldp_neighbors(database.running(), spec),
            "get-lldp-interface-neighbors": lambda request: operational.lldp_interface_neighbors(
                database.running(), spec, _text(request, "interface-device")
            ),
            "get-commit-information": lambda _: operational.commit_information(
                database.history(), pending=database.pending() is not None
            ),
            "get-commit-revision-information": lambda _: operational.revision_information(
                database.history()[0]
            ),
            "get-interface-information": lambda request: operational.interface_information(
                database.running(), spec, private=_text(request, "routing-instance") is not None
            ),
        }

    @staticmethod
    def _ask(
        build: Callable[[etree._Element], etree._Element],
    ) -> Callable[[SessionIdentity, etree._Element], Answer]:
        return lambda _who, request: Answer(_serial(build(request)))

    def answer(self, who: SessionIdentity, request: etree._Element) -> Answer:
        """Carry one operation out and return what the device says."""
        name = local_name(request)
        operation = self._operations.get(name)
        if operation is None:
            bad = f"<error-info>\n<bad-element>{escape(name)}</bad-element>\n</error-info>\n"
            return Answer(rpc_error("protocol", "operation-failed", SYNTAX_ERROR, bad))
        try:
            return operation(who, request)
        except DatabaseRefused as refusal:
            return Answer(_refused_operation(refusal))
        except ConfigurationRefused as refusal:
            return Answer(_refused_line(refusal))

    # -- the lock --------------------------------------------------------------------------------------------

    def _lock(self, who: SessionIdentity, request: etree._Element) -> Answer:
        self._database.lock_exclusively(who)
        return Answer(OK if local_name(request) == "lock" else "")

    def _unlock(self, who: SessionIdentity, request: etree._Element) -> Answer:
        self._database.unlock(who)
        return Answer(OK if local_name(request) == "unlock" else "")

    # -- loading ---------------------------------------------------------------------------------------------

    def _load(self, who: SessionIdentity, request: etree._Element) -> Answer:
        rollback = request.get("rollback")
        if rollback is not None:
            self._database.roll_back(who, _number(rollback, "rollback"))
            return Answer(_LOAD_OK)
        action = request.get("action", "merge")
        lines = _child(request, "configuration-set")
        text = _child(request, "configuration-text")
        tree = _child(request, "configuration")
        if lines is not None:
            return self._load_lines(who, (lines.text or "").splitlines())
        if text is not None:
            return self._load_text(who, text.text or "", action)
        if tree is not None:
            self._database.load_blocks(who, to_blocks(self._database.candidate().schema, tree), action)
            return Answer(_LOAD_OK)
        raise DatabaseRefused("missing-element", "load-configuration holds no configuration")

    def _load_lines(self, who: SessionIdentity, lines: Sequence[str]) -> Answer:
        spoiled = [line for line in lines if line.strip() and self._faults.use_for("error-line", line)]
        refused = [ConfigurationRefused(SYNTAX_ERROR, line.split()[-1], line) for line in spoiled]
        refused += self._database.load_set(who, [line for line in lines if line not in spoiled])
        if not refused:
            return Answer(_LOAD_OK)
        errors = "\n".join(_refused_line(refusal) for refusal in refused)
        ok = "<ok/>\n" if all(refusal.warning for refusal in refused) else ""
        return Answer(f"<load-configuration-results>\n{errors}\n{ok}</load-configuration-results>")

    def _load_text(self, who: SessionIdentity, text: str, action: str) -> Answer:
        for line in text.splitlines():
            if line.strip() and self._faults.use_for("error-line", line):
                return Answer(_refused_text(ConfigurationRefused(SYNTAX_ERROR, line.split()[0], line)))
        try:
            self._database.load_blocks(who, parse_curly(text), action)
        except ConfigurationRefused as refusal:
            return Answer(_refused_text(refusal))
        return Answer(_LOAD_OK)

    # -- reading ---------------------------------------------------------------------------------------------

    def _get_configuration(self, _who: SessionIdentity, request: etree._Element) -> Answer:
        if request.get("compare") == "rollback":
            return Answer(self._compare(_number(request.get("rollback", "0"), "rollback")))
        committed = request.get("database", "candidate") == "committed"
        tree = self._database.running() if committed else self._database.candidate()
        if request.get("inherit") == "inherit":
            tree = inherited(tree)
        form = request.get("format", "xml")
        if form == "text":
            text = f"\n{configuration_header(self._database)}{render_curly(tree)}"
            return Answer(f"<configuration-text>{escape(text)}</configuration-text>")
        if form == "set":
            return Answer(f"<configuration-set>\n{escape(render_set(tree))}</configuration-set>")
        if form != "xml":
            raise DatabaseRefused("operation-failed", f"format {form} is not supported")
        return Answer(self._xml(tree, _child(request, "configuration")))

    def _compare(self, number: int) -> str:
        difference = self._database.compare(number)
        inside = f"\n{difference}" if difference else ""
        return (
            "<configuration-information>\n"
            f"<configuration-output>{escape(inside)}\n</configuration-output>\n"
            "</configuration-information>"
        )

    @staticmethod
    def _xml(tree: Statement, wanted: etree._Element | None) -> str:
        configuration = to_xml(tree)
        if wanted is not None:
            keep_filtered(configuration, wanted)
        return _serial(configuration)

    def _get_config(self, _who: SessionIdentity, request: etree._Element) -> Answer:
        source = _child(request, "source")
        running = source is None or _child(source, "candidate") is None
        tree = self._database.running() if running else self._database.candidate()
        given = _child(request, "filter")
        wanted = _child(given, "configuration") if given is not None else None
        return Answer(f"<data>{self._xml(tree, wanted)}</data>")

    # -- committing ------------------------------------------------------------------------------------------

    def _commit_configuration(self, who: SessionIdentity, request: etree._Element) -> Answer:
        if _child(request, "check") is not None:
            self._database.check_and_confirm(who)
            return Answer(OK)
        minutes: int | None = None
        if _child(request, "confirmed") is not None:
            given = _text(request, "confirm-timeout")
            minutes = DEFAULT_CONFIRM_MINUTES if given is None else _number(given, "confirm-timeout")
            if not 1 <= minutes <= _LONGEST_CONFIRM_MINUTES:
                raise DatabaseRefused("invalid-value", f"confirm-timeout {minutes} is not within 1..65535")
        return self._committed(who, _text(request, "log") or "", minutes)

    def _commit(self, who: SessionIdentity, request: etree._Element) -> Answer:
        """Commit by the standard's own operation, whose timeout counts seconds."""
        minutes: int | None = None
        if _child(request, "confirmed") is not None:
            given = _text(request, "confirm-timeout")
            seconds = (
                DEFAULT_CONFIRM_MINUTES * SECONDS_PER_MINUTE if given is None else _number(given, "timeout")
            )
            minutes = max(1, math.ceil(seconds / SECONDS_PER_MINUTE))
        return self._committed(who, "", minutes)

    def _committed(self, who: SessionIdentity, log: str, minutes: int | None) -> Answer:
        try:
            self._database.commit(who, log=log, confirm_minutes=minutes)
        except DatabaseRefused as refusal:
            if refusal.tag != "invalid-value":
                raise
            return Answer(_refused_check(refusal))
        return Answer(OK, committed=True)

    def _validate(self, _who: SessionIdentity, _request: etree._Element) -> Answer:
        self._database.check()
        return Answer(OK)

    def _discard(self, who: SessionIdentity, _request: etree._Element) -> Answer:
        self._database.roll_back(who, 0)
        return Answer(OK)

    # -- operation -------------------------------------------------------------------------------------------

    def _command(self, _who: SessionIdentity, request: etree._Element) -> Answer:
        command = " ".join((request.text or "").split())
        if request.get("format", "xml") == "text":
            text = self._show.answer(command)
            if text is not None:
                return Answer(f"<output>\n{escape(text)}</output>")
        elif command.startswith("show version"):
            inner = operational.software_information(self._database.running(), self._spec)
            everywhere = "all-routing-engines" in command
            return Answer(_serial(operational.all_routing_engines(inner) if everywhere else inner))
        bad = f"<error-info>\n<bad-element>{escape(command.split(' ')[-1])}</bad-element>\n</error-info>\n"
        return Answer(rpc_error("protocol", "operation-failed", f"{SYNTAX_ERROR}: {command}", bad))

    def _file_show(self, _who: SessionIdentity, request: etree._Element) -> Answer:
        name = _text(request, "filename") or ""
        content = operational.file_content(name)
        if content is None:
            return Answer(rpc_error("protocol", "operation-failed", f"could not resolve file: {name}"))
        return Answer(_serial(element("file-content", content)))


def _number(text: str, what: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise DatabaseRefused("invalid-value", f"{what}: Invalid numeric value: '{text}'")
    return int(text)


def _refused_text(refusal: ConfigurationRefused) -> str:
    follow = rpc_error("protocol", "operation-failed", "error recovery ignores input until this point")
    errors = "\n".join([_refused_line(refusal), *([] if refusal.warning else [follow])])
    return f"<load-configuration-results>\n{errors}\n</load-configuration-results>"


def _refused_check(refusal: DatabaseRefused) -> str:
    bad = f"<error-info>\n<bad-element>{escape(refusal.bad_element)}</bad-element>\n</error-info>\n"
    first = rpc_error(
        "application", refusal.tag, refusal.message, bad, path="<error-path>\n[edit]\n</error-path>\n"
    )
    message = "configuration check-out failed: (missing mandatory statements)"
    second = rpc_error("protocol", "operation-failed", message)
    return f"<commit-results>\n{first}\n{second}\n</commit-results>"
