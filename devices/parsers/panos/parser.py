"""Facts of PAN-OS configurations, from the XML form or from ``set`` lines.

Known limits:
    Whether Telnet and HTTP are off where no line says so differs between how a firewall was set up, so it is
    left open then. What a Panorama pushed, and virtual systems beside the first, are not in these facts.
"""

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
    Port,
    RemoteAccess,
    SNMPCommunity,
    SSHProtocol,
    SSHServer,
)
from devices.parsers.errors import MalformedText
from devices.parsers.panos.accounts import (
    read_panos_accounts,
    read_panos_activity,
    read_panos_factors,
    read_panos_passwords,
    read_panos_policies,
)
from devices.parsers.panos.firewall import read_panos_firewall
from devices.parsers.panos.forwarding import read_panos_path_checks
from devices.parsers.panos.gates import read_panos_gates
from devices.parsers.panos.lockout import read_panos_lockouts
from devices.parsers.panos.login import read_panos_login
from devices.parsers.panos.logs import (
    read_panos_log_servers,
    read_panos_login_records,
    read_panos_time_servers,
    read_panos_time_zone,
)
from devices.parsers.panos.snmp import read_panos_snmp
from devices.parsers.panos.tree import Word, read_panos
from devices.parsers.panos.web import read_panos_web_services
from devices.parsers.text import check_text

_SYSTEM: Final = ("deviceconfig", "system")
_DEFAULT_IDLE_MINUTES: Final = 60
_ON_BY_DEFAULT: Final = ("ssh", "https")
_DOORS: Final = ("telnet", "ssh", "http", "https")
_ALGORITHMS: Final[tuple[tuple[AlgorithmKind, str], ...]] = (
    ("ciphers", "ciphers"),
    ("macs", "mac"),
    ("key-exchange", "kex"),
)
_EVERY_LOG: Final = ("all logs", "(severity geq informational)")
_BARE: Final = frozenset({"comment", "link-state", "link-speed", "link-duplex"})

Lines = tuple[ConfigLine, ...]


def parse_panos(text: str, *, device: str) -> DeviceFacts:
    """Return the facts of a PAN-OS configuration.

    Raises:
        ConfigurationTextError: the text is empty, binary, cut off, of another platform or a terminal capture.
    """
    check_text("panos", text, device=device)
    root = read_panos(text, device=device)
    if not root.below:
        raise MalformedText(device, "the text holds no configuration; name the right file")
    written = text.rstrip().split("\n")
    first = next(number for number, line in enumerate(written, start=1) if line.strip())
    ends = (ConfigLine(first, written[first - 1].strip()), ConfigLine(len(written), written[-1].strip()))
    extent = tuple(dict.fromkeys(ends))
    access = tuple(_remote_access(root, extent))
    return DeviceFacts(
        platform="panos",
        hostname=root.value(*_SYSTEM, "hostname"),
        extent=extent,
        remote_access=access,
        idle_timeouts=(_idle_timeout(root, extent),),
        ssh_server=_ssh_server(root, extent),
        login_banner=_login_banner(root),
        lockouts=read_panos_lockouts(root, extent),
        management_gates=read_panos_gates(root, access, extent),
        web_services=read_panos_web_services(access),
        aaa=read_panos_login(root, extent),
        local_users=read_panos_accounts(root),
        passwords=read_panos_passwords(root),
        password_policies=read_panos_policies(root, extent),
        second_factors=read_panos_factors(root, extent),
        activity_logs=read_panos_activity(root, extent),
        snmp=_lines_of(root.at(*_SYSTEM, "snmp-setting", "access-setting")),
        snmp_agent=read_panos_snmp(root),
        snmp_communities=tuple(_communities(root)),
        path_checks=tuple(read_panos_path_checks(root)),
        time_servers=tuple(read_panos_time_servers(root)),
        time_zone=read_panos_time_zone(root, extent),
        log_servers=read_panos_log_servers(root),
        login_records=read_panos_login_records(root, extent),
        ports=tuple(_ports(root)),
        firewall=read_panos_firewall(root, extent),
    )


def _lines_of(word: Word | None) -> Lines:
    """Return every line of a part, the first one first."""
    if word is None:
        return ()
    lines = (word.line, *(end.line for _, end in word.ends()))
    return tuple(dict.fromkeys(lines))


def _said(word: Word | None, otherwise: Lines) -> Lines:
    return otherwise if word is None else (word.line,)


def _section(root: Word, *path: str) -> Word | None:
    """Return the part that was searched: the last word of a path that is there."""
    found: Word | None = None
    for size in range(1, len(path) + 1):
        found = root.at(*path[:size]) or found
    return found


def _remote_access(root: Word, extent: Lines) -> Iterator[RemoteAccess]:
    """Yield what the management port lets in, and every interface that has a profile for it."""
    service = root.at(*_SYSTEM, "service")
    stated = {door: service.value(f"disable-{door}") if service is not None else None for door in _DOORS}
    yield RemoteAccess(
        kind="service",
        name="deviceconfig system service",
        protocols=tuple(
            door
            for door in _DOORS
            if stated[door] == "no" or (stated[door] is None and door in _ON_BY_DEFAULT)
        ),
        unstated=tuple(door for door in _DOORS if stated[door] is None and door not in _ON_BY_DEFAULT),
        lines=_lines_of(service) or _said(_section(root, *_SYSTEM), extent),
    )
    for name, interface in _interfaces(root):
        profile = interface.value("interface-management-profile")
        if profile is None:
            continue
        line = interface.below["interface-management-profile"].line
        held = root.at("network", "profiles", "interface-management-profile", profile)
        yield RemoteAccess(
            kind="service",
            name=f"network interface {name} interface-management-profile {profile}",
            protocols=tuple(door for door in _DOORS if held is not None and held.value(door) == "yes"),
            holder=profile,
            lines=(line, *_lines_of(held)),
        )


def _interfaces(root: Word) -> Iterator[tuple[str, Word]]:
    """Yield every interface and unit with the part that holds its addresses."""
    for kind in ("ethernet", "aggregate-ethernet"):
        for name, port in root.entries("network", "interface", kind):
            layer = port.at("layer3")
            if layer is not None:
                yield name, layer
                yield from layer.entries("units")
    for kind in ("loopback", "tunnel", "vlan"):
        yield from root.entries("network", "interface", kind, "units")


def _idle_timeout(root: Word, extent: Lines) -> IdleTimeout:
    path = ("deviceconfig", "setting", "management", "idle-timeout")
    stated = root.value(*path)
    minutes = str(_DEFAULT_IDLE_MINUTES) if stated is None else stated
    return IdleTimeout(
        name=" ".join(path),
        kind="global",
        seconds=int(minutes) * 60 if minutes.isdecimal() else None,
        by_default=stated is None,
        lines=_said(_section(root, *path), extent),
    )


def _ssh_server(root: Word, extent: Lines) -> SSHServer:
    """Return what the management port's SSH offers; a firewall speaks version 2 only."""
    used = root.at(*_SYSTEM, "ssh", "mgmt", "server-profile")
    name = root.value(*_SYSTEM, "ssh", "mgmt", "server-profile")
    profiles = (*_SYSTEM, "ssh", "profiles", "mgmt-profiles", "server-profiles")
    profile = None if name is None else root.at(*profiles, name)
    lines = _said(used, _said(_section(root, *_SYSTEM), extent))
    algorithms = []
    for kind, word in _ALGORITHMS:
        names = () if profile is None else profile.names(word)
        held = None if profile is None else profile.at(word)
        algorithms.append(
            Algorithms(kind=kind, names=names or None, lines=(*lines, *_lines_of(held)) if names else lines)
        )
    protocol = SSHProtocol(version=2, by_default=True, lines=lines)
    return SSHServer(protocol=protocol, algorithms=tuple(algorithms), profile=name, lines=lines)


def _login_banner(root: Word) -> LoginBanner | None:
    text = root.value(*_SYSTEM, "login-banner")
    return (
        None if text is None else LoginBanner(text=text, lines=_said(root.at(*_SYSTEM, "login-banner"), ()))
    )


def _communities(root: Word) -> Iterator[SNMPCommunity]:
    """Yield the community that is answered, stated or not, and those that traps bear."""
    version = root.at(*_SYSTEM, "snmp-setting", "access-setting", "version", "v2c")
    if version is not None:
        name = version.value("snmp-community-string") or ""
        yield SNMPCommunity(name=SecretStr(name), lines=_lines_of(version)[-1:])
    for _, profile in root.entries("shared", "log-settings", "snmptrap"):
        for _, server in profile.entries("version", "v2c", "server"):
            for name, word in server.entries("community"):
                yield SNMPCommunity(name=SecretStr(name), of_traps=True, lines=(word.line,))


def _ports(root: Word) -> Iterator[Port]:
    for kind in ("ethernet", "aggregate-ethernet"):
        for name, port in root.entries("network", "interface", kind):
            addresses = port.names("layer3", "ip")
            state = port.at("link-state")
            down = state is not None and "down" in state.below
            ip = port.at("layer3", "ip")
            yield Port(
                name=name,
                physical=kind == "ethernet",
                mode="access" if "layer2" in port.below else "routed",
                description=port.value("comment"),
                shut=down,
                bundle=port.value("aggregate-group"),
                addresses=addresses,
                bare=set(port.below) <= _BARE,
                carrying=_lines_of(ip) if addresses else (),
                shutting=(state.line,) if state is not None and down else (),
                lines=_lines_of(port),
            )
