"""Facts of FortiOS configurations.

On a device that is divided into VDOMs the management settings stand under ``config global``; what a VDOM
holds is read as if it stood at the top.

Known limits:
    Defaults that differ between releases are left open.
"""

import re
from collections.abc import Iterator
from typing import Final

from pydantic import SecretStr

from devices.facts import (
    AlgorithmKind,
    Algorithms,
    ConfigLine,
    DeviceFacts,
    IdleTimeout,
    LoginBanner,
    RemoteAccess,
    SNMPCommunity,
    SSHProtocol,
    SSHServer,
    StrongAlgorithms,
)
from devices.masking import MASK
from devices.parsers.errors import MalformedText
from devices.parsers.fortios.accounts import (
    read_fortios_accounts,
    read_fortios_activity,
    read_fortios_factors,
    read_fortios_passwords,
    read_fortios_policies,
)
from devices.parsers.fortios.firewall import read_fortios_firewall
from devices.parsers.fortios.forwarding import read_fortios_interfaces, read_fortios_path_checks
from devices.parsers.fortios.gates import read_fortios_gates
from devices.parsers.fortios.lockout import read_fortios_lockouts
from devices.parsers.fortios.login import read_fortios_login
from devices.parsers.fortios.logs import (
    read_fortios_log_servers,
    read_fortios_login_records,
    read_fortios_time_servers,
    read_fortios_time_switch,
)
from devices.parsers.fortios.ports import read_fortios_mirrors, read_fortios_ports
from devices.parsers.fortios.snmp import read_fortios_snmp
from devices.parsers.fortios.tree import Section, Setting, read_tree
from devices.parsers.fortios.unneeded import read_fortios_services
from devices.parsers.fortios.web import read_fortios_web_services, read_fortios_web_tls
from devices.parsers.text import check_text

_LOGINS: Final = ("telnet", "ssh", "http", "https")
_DEFAULT_IDLE_MINUTES: Final = 5
_LOG_SETTING: Final = re.compile(r"log syslogd([2-4]?) setting")
_FULL_SEVERITIES: Final = frozenset({"information", "debug"})
_BANNER: Final = "system replacemsg admin pre_admin-disclaimer-text"
_ALGORITHMS: Final[tuple[tuple[AlgorithmKind, str], ...]] = (
    ("ciphers", "enc"),
    ("macs", "mac"),
    ("key-exchange", "kex"),
)


def parse_fortios(text: str, *, device: str) -> DeviceFacts:
    """Return the facts of a FortiOS configuration.

    Raises:
        ConfigurationTextError: the text is empty, binary, cut off, of another platform or a terminal capture.
    """
    check_text("fortios", text, device=device)
    tree = read_tree(text, device=device)
    if not tree.sections:
        raise MalformedText(device, "the text holds no section; name the right file")
    root = whole(tree)
    extent = (line_of(next(iter(tree.sections.values()))), _last_line(text))
    settings = root.at("system global")
    access = tuple(_remote_access(root))
    return DeviceFacts(
        platform="fortios",
        hostname=settings.text_of("hostname") or None,
        extent=tuple(dict.fromkeys(extent)),
        remote_access=access,
        idle_timeouts=(_idle_timeout(settings, extent),),
        ssh_server=_ssh_server(settings, extent),
        login_banner=_login_banner(root),
        lockouts=read_fortios_lockouts(settings, extent),
        management_gates=read_fortios_gates(root, extent),
        small_services=read_fortios_services(root, extent),
        web_services=read_fortios_web_services(access),
        web_tls=read_fortios_web_tls(settings, extent),
        aaa=read_fortios_login(root, extent),
        local_users=read_fortios_accounts(root),
        passwords=read_fortios_passwords(root),
        password_policies=read_fortios_policies(root, extent),
        second_factors=read_fortios_factors(root),
        activity_logs=read_fortios_activity(root, extent),
        snmp=tuple(_snmp_lines(root)),
        snmp_agent=read_fortios_snmp(root),
        snmp_communities=tuple(_communities(root)),
        forwarding_interfaces=tuple(read_fortios_interfaces(root)),
        path_checks=tuple(read_fortios_path_checks(tree, extent)),
        time_servers=tuple(read_fortios_time_servers(root)),
        time_switch=read_fortios_time_switch(root, extent),
        log_servers=tuple(read_fortios_log_servers(root)),
        login_records=read_fortios_login_records(root, extent),
        ports=read_fortios_ports(root),
        mirror_sessions=read_fortios_mirrors(root),
        firewall=read_fortios_firewall(tree, extent),
    )


def whole(tree: Section) -> Section:
    """Return a tree whose top holds what stands under ``config global`` and in every VDOM."""
    merged = tree.copy()
    parts = [merged.sections.pop("global", None), merged.sections.pop("vdom", None)]
    scopes = [part for part in parts[:1] if part is not None]
    if parts[1] is not None:
        scopes.extend(parts[1].entries.values())
    for scope in scopes:
        for header, section in scope.sections.items():
            known = merged.sections.setdefault(header, section)
            if known is not section:
                known.settings.update(section.settings)
                known.sections.update(section.sections)
                known.entries.update(section.entries)
    return merged


def line_of(one: Section | Setting) -> ConfigLine:
    """Return the first line of a section, entry or setting, with secrets masked."""
    return ConfigLine(number=one.number, text=one.written.split("\n")[0])


def _last_line(text: str) -> ConfigLine:
    lines = text.rstrip().split("\n")
    return ConfigLine(number=len(lines), text=lines[-1].strip())


def _remote_access(root: Section) -> Iterator[RemoteAccess]:
    """Yield what each interface lets in; telnet only where it is not switched off everywhere."""
    telnet = root.at("system global").settings.get("admin-telnet")
    for name, interface in root.at("system interface").entries.items():
        access = interface.settings.get("allowaccess")
        lines: tuple[ConfigLine, ...] = (line_of(interface if access is None else access),)
        let_in = () if access is None else tuple(word for word in access.words if word in _LOGINS)
        if telnet is not None and telnet.words == ("disable",) and "telnet" in let_in:
            let_in = tuple(word for word in let_in if word != "telnet")
            lines = (*lines, line_of(telnet))
        yield RemoteAccess(
            kind="service",
            name=f"system interface {name} allowaccess",
            protocols=let_in,
            holder=name,
            by_default=access is None,
            lines=lines,
        )


def _idle_timeout(settings: Section, extent: tuple[ConfigLine, ...]) -> IdleTimeout:
    stated = settings.settings.get("admintimeout")
    word = str(_DEFAULT_IDLE_MINUTES) if stated is None else " ".join(stated.words)
    return IdleTimeout(
        name="system global admintimeout",
        kind="global",
        seconds=int(word) * 60 if word.isdigit() else None,
        by_default=stated is None,
        lines=_lines(stated, settings, extent),
    )


def _ssh_server(settings: Section, extent: tuple[ConfigLine, ...]) -> SSHServer:
    old = settings.settings.get("admin-ssh-v1")
    protocol = SSHProtocol(
        version=None if old is not None and old.words == ("enable",) else 2,
        by_default=old is None,
        lines=_lines(old, settings, extent),
    )
    algorithms = []
    for kind, short in _ALGORITHMS:
        stated = settings.settings.get(f"ssh-{short}-algo")
        algorithms.append(
            Algorithms(
                kind=kind,
                names=None if stated is None else tuple(word.lower() for word in stated.words),
                must_be_stated=False,
                lines=_lines(stated, settings, extent),
            )
        )
    strong = settings.settings.get("strong-crypto")
    return SSHServer(
        protocol=protocol,
        algorithms=tuple(algorithms),
        strong_only=StrongAlgorithms(
            enabled=strong is None or strong.words == ("enable",),
            by_default=strong is None,
            lines=_lines(strong, settings, extent),
        ),
        lines=_lines(None, settings, extent),
    )


def _lines(
    stated: Setting | None, settings: Section, extent: tuple[ConfigLine, ...]
) -> tuple[ConfigLine, ...]:
    if stated is not None:
        return (line_of(stated),)
    return (line_of(settings),) if settings.written else extent


def _login_banner(root: Section) -> LoginBanner | None:
    """Return the text before the login; where none is stated the device has one of its own."""
    switch = root.at("system global").settings.get("pre-login-banner")
    if switch is None or switch.words != ("enable",):
        return None
    buffer = root.at(_BANNER).settings.get("buffer")
    if buffer is None:
        return LoginBanner(text="", by_default=True, lines=(line_of(switch),))
    return LoginBanner(text=" ".join(buffer.words), lines=(line_of(switch), line_of(buffer)))


def _snmp_lines(root: Section) -> Iterator[ConfigLine]:
    for header, section in root.sections.items():
        if header.startswith("system snmp "):
            yield line_of(section)


def _communities(root: Section) -> Iterator[SNMPCommunity]:
    """Yield the communities that are on; its number is what the device calls one by."""
    for number, entry in root.at("system snmp community").entries.items():
        if entry.text_of("status") == "disable":
            continue
        name = entry.settings.get("name")
        line = line_of(entry) if name is None else ConfigLine(number=name.number, text=f"set name {MASK}")
        words = () if name is None else name.words
        yield SNMPCommunity(name=SecretStr(" ".join(words)), entry=number, lines=(line,))
