"""Cisco IOS and IOS-XE: from the text of ``show running-config`` to facts.

Known limits:
    Abbreviated keywords are not understood; running configurations never hold any.
"""

import re
from typing import Final

from devices.facts import (
    AlgorithmKind,
    Algorithms,
    ConfigLine,
    DeviceFacts,
    LoginBanner,
    SSHProtocol,
    SSHServer,
)
from devices.parsers.cisco.aaa import read_aaa
from devices.parsers.cisco.access_lists import read_access_lists
from devices.parsers.cisco.accounting import read_ios_activity
from devices.parsers.cisco.accounts import (
    read_accounts,
    read_ios_passwords,
    read_ios_policies,
    read_scrambling,
)
from devices.parsers.cisco.forwarding import (
    read_forwarding_interfaces,
    read_ios_control_plane,
    read_path_checks,
    read_source_routing,
)
from devices.parsers.cisco.gates import read_ios_gates
from devices.parsers.cisco.lockout import read_ios_lockouts
from devices.parsers.cisco.logs import (
    read_ios_log_levels,
    read_ios_log_servers,
    read_ios_log_stamps,
    read_ios_login_records,
)
from devices.parsers.cisco.port_guards import read_edge_defaults
from devices.parsers.cisco.routed import read_routed_interfaces
from devices.parsers.cisco.services import (
    read_communities,
    read_log_switch,
    read_mirror_sessions,
)
from devices.parsers.cisco.snmp import read_snmp_agent
from devices.parsers.cisco.switch_ports import PortGrammar, read_ports, read_sections
from devices.parsers.cisco.switching import read_switching
from devices.parsers.cisco.terminal_lines import (
    read_idle_timeouts,
    read_login_uses,
    read_remote_access,
    read_terminal_lines,
)
from devices.parsers.cisco.time_sources import (
    read_time_authentication,
    read_time_servers,
    read_time_zone,
)
from devices.parsers.cisco.unneeded import read_ios_services
from devices.parsers.cisco.web import read_ios_web_services
from devices.parsers.statements import FreeText, Statement, read_statements
from devices.parsers.text import check_text

_BANNER = re.compile(
    r"(?:banner(?:\s+(?:login|motd|exec|incoming|prompt-timeout|slip-ppp|config-save))?"
    r"|aaa\s+authentication\s+(?:banner|fail-message)|menu\s+\S+\s+title)\s+(?P<rest>\S.*)",
    re.IGNORECASE,
)
_MACRO = re.compile(r"macro\s+name\s+\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_PORTS: Final = PortGrammar(
    physical=re.compile(
        r"(?:fastethernet|gigabitethernet|twogigabitethernet|fivegigabitethernet|tengigabitethernet"
        r"|twentyfivegige|fortygigabitethernet|hundredgige|ethernet)[\d/]+"
    ),
    bundle=re.compile(r"port-channel\d+"),
    address_means_routed=True,
    negotiates=True,
)
_ALGORITHMS: Final[tuple[tuple[str, AlgorithmKind, bool], ...]] = (
    ("encryption", "ciphers", True),
    ("mac", "macs", True),
    ("kex", "key-exchange", False),
)


def parse_ios(text: str, *, device: str) -> DeviceFacts:
    """Return the facts of an IOS or IOS-XE configuration.

    Raises:
        ConfigurationTextError: the text is empty, binary, cut off, of another platform or a terminal capture.
    """
    check_text("ios", text, device=device)
    root = read_statements(text, device=device, text_block=read_free_text)
    hostname = root.last("hostname")
    extent = root.extent
    terminals = read_terminal_lines(root)
    sections = read_sections(root)
    banner = root.last("banner", "login")
    return DeviceFacts(
        platform="ios",
        hostname=None if hostname is None else hostname.raw[-1],
        extent=extent,
        remote_access=read_remote_access(terminals, extent),
        idle_timeouts=read_idle_timeouts(terminals, extent),
        ssh_server=_ssh_server(root, extent),
        login_banner=None if banner is None else LoginBanner(text=banner.body, lines=(banner.line,)),
        lockouts=read_ios_lockouts(root, extent),
        access_lists=read_access_lists(root),
        management_gates=read_ios_gates(root, terminals, extent),
        small_services=read_ios_services(root, extent),
        web_services=read_ios_web_services(root, extent),
        aaa=read_aaa(root, extent, uses=read_login_uses(terminals, extent), has_switch=True),
        local_users=read_accounts(root),
        passwords=read_ios_passwords(root, extent),
        password_scrambling=read_scrambling(root, extent),
        password_policies=read_ios_policies(root, extent),
        activity_logs=read_ios_activity(root, extent),
        snmp=tuple(one.line for one in root.under("snmp-server")),
        snmp_agent=read_snmp_agent(root, users_shown_by="show snmp user"),
        snmp_communities=read_communities(root),
        time_servers=read_time_servers(root),
        time_authentication=read_time_authentication(root, extent),
        time_zone=read_time_zone(root, extent),
        log_levels=read_ios_log_levels(root, extent),
        log_stamps=read_ios_log_stamps(root, extent),
        login_records=read_ios_login_records(root, extent),
        log_servers=read_ios_log_servers(root),
        log_switch=read_log_switch(root),
        routed_interfaces=read_routed_interfaces(root),
        forwarding_interfaces=read_forwarding_interfaces(root, sections, "ios"),
        source_routing=read_source_routing(root, extent),
        path_checks=read_path_checks(sections, "ios"),
        control_plane_limits=read_ios_control_plane(root, extent),
        ports=read_ports(sections, _PORTS, read_edge_defaults(root)),
        switching=read_switching(root, sections, extent, "ios"),
        native_tagged=tuple(one.line for one in root.under("vlan", "dot1q", "tag", "native")),
        mirror_sessions=read_mirror_sessions(root),
    )


def read_free_text(line: str) -> FreeText | None:
    """Return the banner or macro that a line begins, None where it begins none."""
    if _MACRO.fullmatch(line):
        return FreeText(closing="@", closes_alone=True)
    matched = _BANNER.fullmatch(line)
    if matched is None:
        return None
    rest = matched["rest"]
    delimiter = "^C" if rest.upper().startswith("^C") else rest[0]
    return FreeText(closing=rest[: len(delimiter)], beginning=rest[len(delimiter) :])


def _ssh_server(root: Statement, extent: tuple[ConfigLine, ...]) -> SSHServer:
    version = root.last("ip", "ssh", "version")
    stated = tuple(one.line for one in root.under("ip", "ssh")) or extent
    algorithms: list[Algorithms] = []
    for keyword, kind, must_be_stated in _ALGORITHMS:
        found = root.last("ip", "ssh", "server", "algorithm", keyword)
        algorithms.append(
            Algorithms(
                kind=kind,
                names=None if found is None else found.words[5:],
                must_be_stated=must_be_stated,
                lines=stated if found is None else (found.line,),
            )
        )
    number = int(version.words[3]) if version is not None and version.words[3:4] == ("2",) else None
    return SSHServer(
        protocol=SSHProtocol(version=number, lines=stated if version is None else (version.line,)),
        algorithms=tuple(algorithms),
        lines=stated,
    )
