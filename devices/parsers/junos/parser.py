"""Junos (SRX, EX): from the text of ``show configuration``, curly or set form, to facts."""

from typing import Final

from pydantic import SecretStr

from devices.facts import (
    AAA,
    AAAProtocol,
    AAAServer,
    Algorithms,
    ConfigLine,
    DeviceFacts,
    IdleTimeout,
    InactivePath,
    LoginBanner,
    LoginMethods,
    LoginUse,
    RemoteAccess,
    SNMPCommunity,
    SSHProtocol,
    SSHServer,
)
from devices.parsers.errors import MalformedText
from devices.parsers.junos.access_lists import read_junos_access_lists, read_junos_gates
from devices.parsers.junos.accounts import (
    read_junos_accounts,
    read_junos_activity,
    read_junos_passwords,
    read_junos_policies,
)
from devices.parsers.junos.firewall import read_junos_firewall
from devices.parsers.junos.forwarding import (
    read_junos_control_plane,
    read_junos_path_checks,
    read_junos_redirects,
)
from devices.parsers.junos.lockout import read_junos_lockouts
from devices.parsers.junos.logs import (
    read_junos_log_servers,
    read_junos_log_stamps,
    read_junos_login_records,
    read_junos_time_authentication,
    read_junos_time_servers,
    read_junos_time_zone,
)
from devices.parsers.junos.port_guards import read_junos_switching
from devices.parsers.junos.ports import read_junos_mirrors, read_junos_ports
from devices.parsers.junos.root_login import read_junos_root_login
from devices.parsers.junos.snmp import read_junos_snmp
from devices.parsers.junos.tree import Tree, read_tree
from devices.parsers.junos.unneeded import read_junos_services
from devices.parsers.junos.web import read_junos_web_services
from devices.parsers.text import check_text

_SERVICES: Final = ("system", "services")
_ORDER: Final = "authentication-order"
_METHODS: Final = {"tacplus": "group tacacs+", "radius": "group radius", "password": "local"}
_SERVERS: Final[tuple[tuple[str, AAAProtocol], ...]] = (
    ("tacplus-server", "tacacs+"),
    ("radius-server", "radius"),
)
_FULL_SEVERITIES: Final = frozenset({"any", "info"})


def parse_junos(text: str, *, device: str) -> DeviceFacts:
    """Return the facts of a Junos configuration.

    Raises:
        ConfigurationTextError: the text is empty, binary, cut off, of another platform or a terminal capture.
    """
    check_text("junos", text, device=device)
    tree = read_tree(text, device=device)
    if not tree.leaves:
        raise MalformedText(device, "nothing in the text is in force; name the right file")
    ends = {leaf.line.number: leaf.line for leaf in tree.leaves}
    extent = tuple(ends[number] for number in sorted({min(ends), max(ends)}))
    hostname = tree.values("system", "host-name")
    return DeviceFacts(
        platform="junos",
        hostname=hostname[-1] if hostname else None,
        extent=extent,
        remote_access=(_telnet(tree, extent),),
        idle_timeouts=_idle_timeouts(tree, extent),
        ssh_server=_ssh_server(tree),
        login_banner=_login_banner(tree),
        lockouts=read_junos_lockouts(tree, extent),
        access_lists=read_junos_access_lists(tree),
        management_gates=read_junos_gates(tree, extent),
        small_services=read_junos_services(tree, extent),
        web_services=read_junos_web_services(tree, extent),
        aaa=_aaa(tree, extent),
        local_users=read_junos_accounts(tree),
        passwords=read_junos_passwords(tree),
        password_policies=read_junos_policies(tree, extent),
        activity_logs=read_junos_activity(tree, extent),
        snmp=tree.lines("snmp"),
        snmp_agent=read_junos_snmp(tree),
        snmp_communities=_communities(tree),
        time_servers=read_junos_time_servers(tree),
        time_authentication=read_junos_time_authentication(tree, extent),
        time_zone=read_junos_time_zone(tree, extent),
        log_stamps=read_junos_log_stamps(tree, extent),
        login_records=read_junos_login_records(tree, extent),
        log_servers=read_junos_log_servers(tree),
        redirects=read_junos_redirects(tree, extent),
        path_checks=read_junos_path_checks(tree),
        control_plane_limits=read_junos_control_plane(tree, extent),
        ports=read_junos_ports(tree),
        switching=read_junos_switching(tree, extent),
        mirror_sessions=read_junos_mirrors(tree),
        root_login=read_junos_root_login(tree),
        firewall=read_junos_firewall(tree, extent),
        inactive=tuple(
            InactivePath(path=leaf.path, lines=(leaf.line_of(len(leaf.path)),)) for leaf in tree.inactive
        ),
    )


def _telnet(tree: Tree, extent: tuple[ConfigLine, ...]) -> RemoteAccess:
    found = tree.lines(*_SERVICES, "telnet")
    return RemoteAccess(
        kind="service",
        name="system services telnet",
        protocols=("telnet",) if found else (),
        by_default=not found,
        lines=found or tree.lines(*_SERVICES) or extent,
    )


def _idle_timeouts(tree: Tree, extent: tuple[ConfigLine, ...]) -> tuple[IdleTimeout, ...]:
    """Return when idle sessions end: a class's own time-out, or that of all logins; without one, never.

    A user of a predefined class, which cannot have a time-out of its own, leans on that of all logins.
    """
    login = ("system", "login")
    stated = tree.last(*login, "idle-timeout")
    general = _minutes(stated.path[-1]) if stated is not None else None
    classes = tree.values(*login, "class")
    found: list[IdleTimeout] = []
    for name in classes:
        own = tree.last(*login, "class", name, "idle-timeout")
        if own is not None:
            seconds = _minutes(own.path[-1])
            found.append(
                IdleTimeout(name=f"login class {name}", kind="class", seconds=seconds, lines=(own.line,))
            )
        elif stated is None:
            lines = tree.lines(*login, "class", name)
            found.append(
                IdleTimeout(name=f"login class {name}", kind="class", seconds=0, by_default=True, lines=lines)
            )
    held = [tree.values(*login, "user", user, "class")[-1:] for user in tree.values(*login, "user")]
    if stated is not None:
        found.append(IdleTimeout(name="system login", kind="global", seconds=general, lines=(stated.line,)))
    elif not classes or any(one[0] not in classes for one in held if one):
        lines = tree.lines(*login) or extent
        found.append(IdleTimeout(name="system login", kind="global", seconds=0, by_default=True, lines=lines))
    return tuple(found)


def _minutes(word: str) -> int | None:
    return int(word) * 60 if word.isdigit() else None


def _ssh_server(tree: Tree) -> SSHServer | None:
    ssh = (*_SERVICES, "ssh")
    lines = tree.lines(*ssh) or tree.lines(*_SERVICES, "netconf", "ssh")
    if not lines:
        return None
    versions = tree.values(*ssh, "protocol-version")
    version = 2 if set(versions) <= {"v2"} else None
    algorithms = tuple(
        Algorithms(
            kind=kind,
            names=tuple(name.lower() for name in tree.values(*ssh, kind)) or None,
            lines=tree.lines(*ssh, kind) or lines,
        )
        for kind in ("ciphers", "macs", "key-exchange")
    )
    protocol = SSHProtocol(
        version=version, by_default=not versions, lines=tree.lines(*ssh, "protocol-version") or lines
    )
    return SSHServer(protocol=protocol, algorithms=algorithms, lines=lines)


def _login_banner(tree: Tree) -> LoginBanner | None:
    message = tree.last("system", "login", "message")
    if message is None:
        return None
    return LoginBanner(text=" ".join(message.path[3:]), lines=(message.line,))


def _aaa(tree: Tree, extent: tuple[ConfigLine, ...]) -> AAA:
    order = tree.values("system", _ORDER)
    lines = tree.lines("system", _ORDER)
    methods = LoginMethods(
        name=_ORDER,
        methods=tuple(_METHODS.get(word, word) for word in order) or ("local",),
        by_default=not order,
        lines=lines or extent,
    )
    servers: list[AAAServer] = []
    for statement, protocol in _SERVERS:
        servers.extend(
            AAAServer(protocol=protocol, address=address, lines=tree.lines("system", statement, address))
            for address in tree.values("system", statement)
        )
    use = LoginUse(place="a login", method_list=_ORDER, by_default=True, lines=lines or extent)
    return AAA(
        enabled=True,
        methods=(methods,),
        uses=(use,),
        servers=tuple(servers),
        groups=(),
        lines=lines or extent,
    )


def _communities(tree: Tree) -> tuple[SNMPCommunity, ...]:
    at = ("snmp", "community")
    found: list[SNMPCommunity] = []
    for name in tree.values(*at):
        leaf = next(tree.under(*at, name))
        found.append(SNMPCommunity(name=SecretStr(name), lines=(leaf.line_of(len(at) + 1),)))
    return tuple(found)
