"""Arista EOS: from the text of ``show running-config`` to facts."""

import re
from collections.abc import Iterator
from typing import Final

from devices.facts import (
    AlgorithmKind,
    Algorithms,
    ConfigLine,
    DeviceFacts,
    IdleKind,
    IdleTimeout,
    LoginBanner,
    LoginUse,
    RemoteAccess,
    SSHProtocol,
    SSHServer,
)
from devices.parsers.cisco.aaa import read_aaa
from devices.parsers.cisco.access_lists import read_access_lists
from devices.parsers.cisco.accounting import read_eos_activity
from devices.parsers.cisco.accounts import read_accounts, read_eos_passwords, read_eos_policies
from devices.parsers.cisco.forwarding import (
    read_eos_redirects,
    read_forwarding_interfaces,
    read_path_checks,
)
from devices.parsers.cisco.gates import read_eos_gates
from devices.parsers.cisco.lockout import read_eos_lockouts
from devices.parsers.cisco.logs import (
    read_eos_log_levels,
    read_eos_log_servers,
    read_eos_login_records,
)
from devices.parsers.cisco.port_guards import read_edge_defaults
from devices.parsers.cisco.services import (
    read_communities,
    read_log_switch,
    read_mirror_sessions,
)
from devices.parsers.cisco.snmp import read_snmp_agent
from devices.parsers.cisco.switch_ports import PortGrammar, read_ports, read_sections
from devices.parsers.cisco.switching import read_switching
from devices.parsers.cisco.time_sources import (
    read_time_authentication,
    read_time_servers,
    read_time_zone,
)
from devices.parsers.cisco.unneeded import read_eos_services
from devices.parsers.cisco.web import read_eos_web_services
from devices.parsers.statements import FreeText, Statement, read_statements
from devices.parsers.text import check_text

_BANNER = re.compile(r"banner\s+(?:login|motd)", re.IGNORECASE)
_PORTS: Final = PortGrammar(
    physical=re.compile(r"ethernet[\d/]+"),
    bundle=re.compile(r"port-channel\d+"),
    address_means_routed=False,
)
_ALGORITHMS: Final[tuple[tuple[str, AlgorithmKind, bool], ...]] = (
    ("cipher", "ciphers", True),
    ("mac", "macs", True),
    ("key-exchange", "key-exchange", False),
)
_SSH_VERSION: Final = 2


def parse_eos(text: str, *, device: str) -> DeviceFacts:
    """Return the facts of an EOS configuration.

    Raises:
        ConfigurationTextError: the text is empty, binary, cut off, of another platform or a terminal capture.
    """
    check_text("eos", text, device=device)
    root = read_statements(text, device=device, text_block=read_free_text)
    hostname = root.last("hostname")
    extent = root.extent
    ssh = root.last("management", "ssh")
    sections = read_sections(root)
    banner = root.last("banner", "login")
    default_list = LoginUse(place="a remote login", method_list="default", by_default=True, lines=extent)
    access = tuple(_telnet(root, extent))
    return DeviceFacts(
        platform="eos",
        hostname=None if hostname is None else hostname.raw[-1],
        extent=extent,
        remote_access=access,
        idle_timeouts=_idle_timeouts(root, extent),
        ssh_server=_ssh_server(ssh, extent) if _is_on(ssh, by_default=True) else None,
        login_banner=None if banner is None else LoginBanner(text=banner.body, lines=(banner.line,)),
        lockouts=read_eos_lockouts(root, extent),
        access_lists=read_access_lists(root),
        management_gates=read_eos_gates(root, extent),
        small_services=read_eos_services(access),
        web_services=read_eos_web_services(root, extent),
        aaa=read_aaa(root, extent, uses=(default_list,), has_switch=False),
        local_users=read_accounts(root),
        passwords=read_eos_passwords(root),
        password_policies=read_eos_policies(root, extent),
        activity_logs=read_eos_activity(root, extent),
        snmp=tuple(one.line for one in root.under("snmp-server")),
        snmp_agent=read_snmp_agent(root),
        snmp_communities=read_communities(root),
        time_servers=read_time_servers(root),
        time_authentication=read_time_authentication(root, extent),
        time_zone=read_time_zone(root, extent),
        log_levels=read_eos_log_levels(root, extent),
        login_records=read_eos_login_records(root, extent),
        log_servers=read_eos_log_servers(root),
        log_switch=read_log_switch(root),
        forwarding_interfaces=read_forwarding_interfaces(root, sections, "eos"),
        redirects=read_eos_redirects(root, extent),
        path_checks=read_path_checks(sections, "eos"),
        ports=read_ports(sections, _PORTS, read_edge_defaults(root)),
        switching=read_switching(root, sections, extent, "eos"),
        mirror_sessions=read_mirror_sessions(root),
    )


def read_free_text(line: str) -> FreeText | None:
    """Return the banner that a line begins, None where it begins none."""
    return FreeText(closing="EOF", closes_alone=True) if _BANNER.fullmatch(line) else None


def _is_on(section: Statement | None, *, by_default: bool) -> bool:
    """Return whether a management service runs in the default VRF or in any other."""
    if section is None:
        return by_default
    states = [_state(section, by_default=by_default)]
    states.extend(_state(vrf, by_default=False) for vrf in section.under("vrf"))
    return any(states)


def _state(section: Statement, *, by_default: bool) -> bool:
    if section.denied("shutdown") is not None:
        return True
    return by_default and section.last("shutdown") is None


def _telnet(root: Statement, extent: tuple[ConfigLine, ...]) -> Iterator[RemoteAccess]:
    """Yield the telnet service of the default VRF and of every VRF that is named."""
    section = root.last("management", "telnet")
    if section is None:
        yield RemoteAccess(
            kind="service", name="management telnet", protocols=(), by_default=True, lines=extent
        )
        return
    yield _telnet_in(section, None, section.section)
    for vrf in section.under("vrf"):
        yield _telnet_in(vrf, vrf.raw[-1], (section.line, *vrf.section))


def _telnet_in(section: Statement, vrf: str | None, lines: tuple[ConfigLine, ...]) -> RemoteAccess:
    on = _state(section, by_default=False)
    name = "management telnet" if vrf is None else f"management telnet vrf {vrf}"
    return RemoteAccess(kind="service", name=name, protocols=("telnet",) if on else (), vrf=vrf, lines=lines)


def _idle_timeouts(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[IdleTimeout, ...]:
    """Return when idle sessions end; EOS never ends them unless told."""
    found = [_idle_timeout(root.last("management", "console"), "management console", extent)]
    ssh = root.last("management", "ssh")
    if _is_on(ssh, by_default=True):
        found.append(_idle_timeout(ssh, "management ssh", extent))
    return tuple(found)


def _idle_timeout(section: Statement | None, name: str, extent: tuple[ConfigLine, ...]) -> IdleTimeout:
    stated = None if section is None else section.last("idle-timeout")
    searched = extent if section is None else section.section
    kind: IdleKind = "console" if name.endswith("console") else "service"
    minutes = stated.words[1] if stated is not None and len(stated.words) > 1 else ""
    if stated is None or not minutes.isdigit():
        return IdleTimeout(name=name, kind=kind, seconds=0, by_default=True, lines=searched)
    lines = (*searched[:1], stated.line)
    return IdleTimeout(name=name, kind=kind, seconds=int(minutes) * 60, lines=lines)


def _ssh_server(section: Statement | None, extent: tuple[ConfigLine, ...]) -> SSHServer:
    searched = extent if section is None else section.section
    algorithms: list[Algorithms] = []
    for keyword, kind, must_be_stated in _ALGORITHMS:
        found = None if section is None else section.last(keyword)
        algorithms.append(
            Algorithms(
                kind=kind,
                names=None if found is None else found.words[1:],
                must_be_stated=must_be_stated,
                lines=searched if found is None else (*searched[:1], found.line),
            )
        )
    return SSHServer(
        protocol=SSHProtocol(version=_SSH_VERSION, by_default=True, lines=searched),
        algorithms=tuple(algorithms),
        lines=searched,
    )
