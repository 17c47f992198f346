"""Cisco NX-OS: from the text of ``show running-config`` to facts.

Known limits:
    NX-OS closes a configuration with nothing. A text without its terminal lines, which stand near its end, is
    refused as cut off; one that is cut off behind them cannot be told from a whole one.
"""

import re
from typing import Final

from devices.facts import (
    AAA,
    Algorithms,
    ConfigLine,
    DeviceFacts,
    IdleTimeout,
    LoginBanner,
    LoginMethods,
    LoginUse,
    LogSwitch,
    RemoteAccess,
    SSHProtocol,
    SSHServer,
)
from devices.facts.access import AlgorithmKind, IdleKind
from devices.parsers.cisco.aaa import read_aaa, read_login_methods
from devices.parsers.cisco.access_lists import read_access_lists
from devices.parsers.cisco.accounting import read_nxos_activity
from devices.parsers.cisco.accounts import read_accounts, read_nxos_passwords, read_nxos_policies
from devices.parsers.cisco.forwarding import (
    read_forwarding_interfaces,
    read_nxos_control_plane,
    read_path_checks,
    read_source_routing,
)
from devices.parsers.cisco.gates import read_nxos_gates
from devices.parsers.cisco.lockout import read_nxos_lockouts
from devices.parsers.cisco.logs import (
    read_nxos_log_levels,
    read_nxos_log_servers,
    read_nxos_login_records,
)
from devices.parsers.cisco.nxos_ports import read_nxos_mirror_sessions, read_nxos_ports
from devices.parsers.cisco.services import read_communities
from devices.parsers.cisco.snmp import read_snmp_agent
from devices.parsers.cisco.switch_ports import read_sections
from devices.parsers.cisco.switching import read_switching
from devices.parsers.cisco.time_sources import (
    read_time_authentication,
    read_time_servers,
    read_time_zone,
)
from devices.parsers.cisco.unneeded import read_nxos_services
from devices.parsers.cisco.web import read_nxos_web_services
from devices.parsers.errors import TruncatedText
from devices.parsers.statements import FreeText, Statement, read_as_written, settle
from devices.parsers.text import check_text

_BANNER: Final = re.compile(r"banner\s+(?:motd|exec)\s+(?P<rest>\S.*)", re.IGNORECASE)
_ALGORITHMS: Final[tuple[tuple[str, AlgorithmKind, bool], ...]] = (
    ("ciphers", "ciphers", True),
    ("macs", "macs", True),
    ("kexalgos", "key-exchange", False),
)
_SSH_VERSION: Final = 2
_LOGIN_PLACES: Final = (("default", "a remote login"), ("console", "the console"))
_TERMINALS: Final[tuple[tuple[str, IdleKind], ...]] = (("console", "console"), ("vty", "vty"))
_INFORMATIONAL: Final = 6
_DEFAULT_SEVERITY: Final = 5


def parse_nxos(text: str, *, device: str) -> DeviceFacts:
    """Return the facts of an NX-OS configuration.

    Raises:
        ConfigurationTextError: the text is empty, binary, cut off, of another platform or a terminal capture.
    """
    check_text("nxos", text, device=device)
    children = settle(read_nxos(text, device=device))
    root = Statement(number=1, text="", words=(), raw=(), children=children)
    hostname, banner, extent = root.last("hostname"), root.last("banner", "motd"), root.extent
    sections = read_sections(root)
    return DeviceFacts(
        platform="nxos",
        hostname=None if hostname is None else hostname.raw[-1],
        extent=extent,
        remote_access=(_telnet(root, extent),),
        idle_timeouts=tuple(_idle_timeout(root, name, kind, extent) for name, kind in _TERMINALS),
        ssh_server=_ssh_server(root, extent),
        login_banner=None if banner is None else LoginBanner(text=banner.body, lines=(banner.line,)),
        lockouts=read_nxos_lockouts(root, extent),
        access_lists=read_access_lists(root),
        management_gates=read_nxos_gates(root, extent),
        small_services=read_nxos_services(root, extent),
        web_services=read_nxos_web_services(root, extent),
        aaa=_aaa(root, extent),
        local_users=read_accounts(root, needs_password=True),
        passwords=read_nxos_passwords(root),
        password_policies=read_nxos_policies(root, extent),
        activity_logs=read_nxos_activity(root, extent),
        snmp=tuple(one.line for one in root.under("snmp-server")),
        snmp_agent=read_snmp_agent(root, cipher="des"),
        snmp_communities=read_communities(root),
        time_servers=read_time_servers(root),
        time_authentication=read_time_authentication(root, extent),
        time_zone=read_time_zone(root, extent),
        log_levels=read_nxos_log_levels(root, extent),
        login_records=read_nxos_login_records(root, extent),
        log_servers=read_nxos_log_servers(root),
        # No line stops the messages as a whole.
        log_switch=LogSwitch(enabled=True, by_default=True, lines=extent),
        forwarding_interfaces=read_forwarding_interfaces(root, sections, "nxos"),
        source_routing=read_source_routing(root, extent),
        path_checks=read_path_checks(sections, "nxos"),
        control_plane_limits=read_nxos_control_plane(root, extent),
        ports=read_nxos_ports(root, sections),
        switching=read_switching(root, sections, extent, "nxos"),
        native_tagged=tuple(one.line for one in root.under("vlan", "dot1q", "tag", "native")),
        mirror_sessions=read_nxos_mirror_sessions(root),
    )


def read_nxos(text: str, *, device: str) -> list[Statement]:
    """Return the statements of a whole configuration.

    Raises:
        ConfigurationTextError: it cannot be read, or is cut off.
    """
    statements = read_as_written(text, device=device, text_block=read_free_text, extent="open")
    if not any(one.words[:2] == ("line", "vty") for one in statements):
        raise TruncatedText(
            device, "its terminal lines ('line vty') are missing; it is cut off: collect it again"
        )
    return statements


def read_lines(text: str, *, device: str) -> list[Statement]:
    """Return the statements of some configuration lines.

    Raises:
        ConfigurationTextError: they cannot be read.
    """
    return read_as_written(text, device=device, text_block=read_free_text, extent="part")


def read_free_text(line: str) -> FreeText | None:
    """Return the banner that a line begins, None where it begins none."""
    matched = _BANNER.fullmatch(line)
    if matched is None:
        return None
    rest = matched["rest"]
    delimiter = "^C" if rest.startswith("^C") else rest[0]
    return FreeText(closing=delimiter, beginning=rest[len(delimiter) :])


def _telnet(root: Statement, extent: tuple[ConfigLine, ...]) -> RemoteAccess:
    """Return the telnet server; it is a feature, and off unless switched on."""
    on, denied = root.last("feature", "telnet"), root.denied("feature", "telnet")
    decisive = on or denied
    return RemoteAccess(
        kind="service",
        name="telnet server",
        protocols=("telnet",) if on is not None else (),
        by_default=decisive is None,
        lines=extent if decisive is None else (decisive.line,),
    )


def _idle_timeout(
    root: Statement, terminal: str, kind: IdleKind, extent: tuple[ConfigLine, ...]
) -> IdleTimeout:
    """Return when an idle session ends; NX-OS hides its default, which is never."""
    section = root.last("line", terminal)
    stated = None if section is None else section.last("exec-timeout")
    minutes = stated.words[1] if stated is not None and len(stated.words) > 1 else ""
    name = f"line {terminal}"
    if section is None or stated is None:
        searched = extent if section is None else section.section
        return IdleTimeout(name=name, kind=kind, seconds=0, by_default=True, lines=searched)
    seconds = int(minutes) * 60 if minutes.isdigit() else None
    return IdleTimeout(name=name, kind=kind, seconds=seconds, lines=(section.line, stated.line))


def _ssh_server(root: Statement, extent: tuple[ConfigLine, ...]) -> SSHServer | None:
    if root.denied("feature", "ssh") is not None:
        return None
    stated = tuple(one.line for one in root.under("ssh")) or extent
    algorithms = []
    for keyword, kind, must_be_stated in _ALGORITHMS:
        found = root.last("ssh", keyword)
        algorithms.append(
            Algorithms(
                kind=kind,
                names=None if found is None else found.words[2:],
                must_be_stated=must_be_stated,
                lines=stated if found is None else (found.line,),
            )
        )
    return SSHServer(
        protocol=SSHProtocol(version=_SSH_VERSION, by_default=True, lines=stated),
        algorithms=tuple(algorithms),
        lines=stated,
    )


def _aaa(root: Statement, extent: tuple[ConfigLine, ...]) -> AAA:
    """Return who authenticates; what fails falls back to local users unless a line says that it does not."""
    uses = tuple(
        LoginUse(place=place, method_list=name, by_default=True, lines=extent)
        for name, place in _LOGIN_PLACES
    )
    read = read_aaa(root, extent, uses=uses, has_switch=False)
    stated = {one.name: one for one in read_login_methods(root)}
    lists = tuple(_login_list(root, name, stated.get(name), extent) for name, _ in _LOGIN_PLACES)
    return AAA(
        enabled=True, methods=lists, uses=uses, servers=read.servers, groups=read.groups, lines=read.lines
    )


def _login_list(
    root: Statement, name: str, stated: LoginMethods | None, extent: tuple[ConfigLine, ...]
) -> LoginMethods:
    if stated is None:
        return LoginMethods(name=name, methods=("local",), by_default=True, lines=extent)
    denied = root.denied("aaa", "authentication", "login", name, "fallback", "error", "local")
    groups = _groups_of(stated.methods)
    if denied is not None:
        return LoginMethods(name=name, methods=groups, lines=(*stated.lines, denied.line))
    falls_back = () if groups[-1:] in {("local",), ("none",)} else ("local",)
    return LoginMethods(name=name, methods=(*groups, *falls_back), lines=stated.lines)


def _groups_of(methods: tuple[str, ...]) -> tuple[str, ...]:
    """Return methods with every group named as one: ``group one two`` are two groups here."""
    named = any(one.startswith("group ") for one in methods)
    return tuple(
        one if one.startswith("group ") or one in {"local", "none"} or not named else f"group {one}"
        for one in methods
    )


def _vrf(statement: Statement) -> str | None:
    if "use-vrf" not in statement.words[:-1]:
        return None
    return statement.raw[statement.words.index("use-vrf") + 1]
