"""Aruba AOS-CX: from the text of ``show running-config`` to facts.

Known limits:
    The defaults of the session timers changed between releases; a timer that is not stated is None.
"""

from typing import Final

from pydantic import SecretStr

from devices.facts import (
    AAA,
    AAAGroup,
    AAAProtocol,
    AAAServer,
    AlgorithmKind,
    Algorithms,
    ConfigLine,
    DeviceFacts,
    IdleTimeout,
    LoginBanner,
    LoginMethods,
    LoginUse,
    RemoteAccess,
    SNMPCommunity,
    SSHProtocol,
    SSHServer,
)
from devices.parsers.aoscx.accounts import (
    read_aoscx_accounts,
    read_aoscx_activity,
    read_aoscx_passwords,
    read_aoscx_policies,
)
from devices.parsers.aoscx.forwarding import read_aoscx_redirects
from devices.parsers.aoscx.gates import read_aoscx_gates
from devices.parsers.aoscx.lockout import read_aoscx_lockouts
from devices.parsers.aoscx.logs import (
    read_aoscx_log_servers,
    read_aoscx_login_records,
    read_aoscx_time_authentication,
    read_aoscx_time_servers,
    read_aoscx_time_switch,
    read_aoscx_time_zone,
)
from devices.parsers.aoscx.ports import read_mirror_sessions, read_ports
from devices.parsers.aoscx.snmp import read_aoscx_snmp
from devices.parsers.aoscx.switching import read_switching
from devices.parsers.aoscx.tree import read_aoscx
from devices.parsers.aoscx.unneeded import read_aoscx_services
from devices.parsers.aoscx.web import read_aoscx_web_services
from devices.parsers.cisco.access_lists import read_access_lists
from devices.parsers.statements import Statement, settle
from devices.parsers.text import check_text

_ALGORITHMS: Final[tuple[tuple[str, AlgorithmKind, bool], ...]] = (
    ("ciphers", "ciphers", True),
    ("macs", "macs", True),
    ("key-exchange-algorithms", "key-exchange", False),
)
_SSH_VERSION: Final = 2
_LOGIN_PLACES: Final = ("default", "console", "ssh", "https-server")
_PROTOCOLS: Final[tuple[tuple[str, AAAProtocol], ...]] = (("tacacs", "tacacs+"), ("radius", "radius"))
_INFORMATIONAL: Final = frozenset({"info", "debug"})


def parse_aoscx(text: str, *, device: str) -> DeviceFacts:
    """Return the facts of an AOS-CX configuration.

    Raises:
        ConfigurationTextError: the text is empty, binary, cut off, of another platform or a terminal capture.
    """
    check_text("aoscx", text, device=device)
    root = Statement(number=1, text="", words=(), raw=(), children=settle(read_aoscx(text, device=device)))
    hostname, banner, extent = root.last("hostname"), root.last("banner", "motd"), root.extent
    return DeviceFacts(
        platform="aoscx",
        hostname=None if hostname is None else hostname.raw[-1],
        extent=extent,
        remote_access=_telnet(root, extent),
        idle_timeouts=_idle_timeouts(root, extent),
        ssh_server=_ssh_server(root, extent),
        login_banner=None if banner is None else LoginBanner(text=banner.body, lines=(banner.line,)),
        lockouts=read_aoscx_lockouts(root, extent),
        access_lists=read_access_lists(root),
        management_gates=read_aoscx_gates(root, extent),
        small_services=read_aoscx_services(root, extent),
        web_services=read_aoscx_web_services(root, extent),
        aaa=_aaa(root, extent),
        local_users=read_aoscx_accounts(root),
        passwords=read_aoscx_passwords(root, text),
        password_policies=read_aoscx_policies(root, extent),
        activity_logs=read_aoscx_activity(root, extent),
        snmp=tuple(one.line for one in root.children if one.words[0] in {"snmp-server", "snmpv3"}),
        snmp_agent=read_aoscx_snmp(root),
        snmp_communities=_communities(root),
        redirects=read_aoscx_redirects(root, extent),
        time_servers=read_aoscx_time_servers(root),
        time_switch=read_aoscx_time_switch(root, extent),
        time_authentication=read_aoscx_time_authentication(root, extent),
        time_zone=read_aoscx_time_zone(root, extent),
        log_servers=read_aoscx_log_servers(root),
        login_records=read_aoscx_login_records(root, extent),
        ports=read_ports(root),
        switching=read_switching(root, extent),
        mirror_sessions=read_mirror_sessions(root),
    )


def _telnet(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[RemoteAccess, ...]:
    """Return the telnet server of every VRF that has one; there is none unless a line says so."""
    servers = tuple(root.under("telnet", "server"))
    if not servers:
        return (
            RemoteAccess(kind="service", name="telnet server", protocols=(), by_default=True, lines=extent),
        )
    return tuple(
        RemoteAccess(
            kind="service",
            name=" ".join(one.raw),
            protocols=("telnet",),
            vrf=_vrf(one) or "default",
            lines=(one.line,),
        )
        for one in servers
    )


def _vrf(statement: Statement) -> str | None:
    if "vrf" not in statement.words[:-1]:
        return None
    return statement.raw[statement.words.index("vrf") + 1]


def _idle_timeouts(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[IdleTimeout, ...]:
    session = root.last("cli-session")
    stated = None if session is None else session.last("timeout")
    web = root.last("https-server", "session-timeout")
    searched = extent if session is None else session.section
    return (
        IdleTimeout(
            name="cli-session",
            kind="global",
            seconds=_minutes(stated),
            lines=searched if stated is None else (*searched[:1], stated.line),
        ),
        IdleTimeout(
            name="https-server",
            kind="service",
            seconds=_minutes(web),
            lines=extent if web is None else (web.line,),
        ),
    )


def _minutes(statement: Statement | None) -> int | None:
    if statement is None or not statement.words[-1].isdigit():
        return None
    return int(statement.words[-1]) * 60


def _ssh_server(root: Statement, extent: tuple[ConfigLine, ...]) -> SSHServer | None:
    """Return the SSH server, None where it runs in no VRF; that of the VRF mgmt runs unless it is denied."""
    denied = root.denied("ssh", "server", "vrf", "mgmt")
    if denied is not None and not any(root.under("ssh", "server", "vrf")):
        return None
    lines = tuple(one.line for one in root.children if one.words[0] == "ssh") or extent
    algorithms: list[Algorithms] = []
    for keyword, kind, must_be_stated in _ALGORITHMS:
        found = root.last("ssh", keyword)
        algorithms.append(
            Algorithms(
                kind=kind,
                names=None if found is None else found.words[2:],
                must_be_stated=must_be_stated,
                lines=lines if found is None else (found.line,),
            )
        )
    return SSHServer(
        protocol=SSHProtocol(version=_SSH_VERSION, by_default=True, lines=lines),
        algorithms=tuple(algorithms),
        lines=lines,
    )


def _aaa(root: Statement, extent: tuple[ConfigLine, ...]) -> AAA:
    methods = tuple(
        LoginMethods(name=one.words[3], methods=_methods(one.raw[4:]), lines=(one.line,))
        for one in root.under("aaa", "authentication", "login")
        if len(one.words) > 4  # noqa: PLR2004 - the words of the command itself
    )
    lists = {one.name: one.lines for one in methods}
    uses = tuple(
        LoginUse(
            place=place,
            method_list=place if place in lists else "default",
            by_default=place not in lists,
            lines=lists.get(place, extent),
        )
        for place in _LOGIN_PLACES[1:]
    )
    servers = _servers(root)
    return AAA(
        enabled=True,
        by_default=True,
        methods=methods,
        uses=uses,
        servers=servers,
        groups=_groups(root, servers),
        lines=extent,
    )


def _methods(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the methods of a line such as ``group tacacs radius local``; ``group`` names several."""
    methods: list[str] = []
    in_groups = False
    for word in words:
        if word.lower() == "group":
            in_groups = True
        elif word.lower() in {"local", "none"}:
            in_groups = False
            methods.append(word.lower())
        else:
            methods.append(f"group {word}" if in_groups else word.lower())
    return tuple(methods)


def _servers(root: Statement) -> tuple[AAAServer, ...]:
    return tuple(
        AAAServer(protocol=protocol, address=one.words[2], vrf=_vrf(one), lines=(one.line,))
        for keyword, protocol in _PROTOCOLS
        for one in root.under(f"{keyword}-server", "host")
        if len(one.words) > 2  # noqa: PLR2004 - the words of the command itself
    )


def _groups(root: Statement, servers: tuple[AAAServer, ...]) -> tuple[AAAGroup, ...]:
    """Return the groups; one named like its protocol holds every server of it and needs no lines."""
    groups = [
        AAAGroup(
            name=keyword,
            protocol=protocol,
            addresses=tuple(one.address for one in servers if one.protocol == protocol),
            by_default=True,
            lines=tuple(line for one in servers if one.protocol == protocol for line in one.lines),
        )
        for keyword, protocol in _PROTOCOLS
        if any(one.protocol == protocol for one in servers)
    ]
    known = {one.address for one in servers}
    for section in root.under("aaa", "group", "server"):
        if len(section.raw) > 4:  # noqa: PLR2004 - the words of the command itself
            members = tuple(one.words[1] for one in section.under("server") if len(one.words) > 1)
            groups.append(
                AAAGroup(
                    name=section.raw[4],
                    protocol=dict(_PROTOCOLS)[section.words[3]],
                    addresses=tuple(member for member in members if member in known),
                    lines=section.section,
                )
            )
    return tuple(groups)


def _communities(root: Statement) -> tuple[SNMPCommunity, ...]:
    return tuple(
        SNMPCommunity(name=SecretStr(one.raw[2]), lines=(one.line,))
        for one in root.under("snmp-server", "community")
        if len(one.raw) > 2  # noqa: PLR2004 - the words of the command itself
    )
