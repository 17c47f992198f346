"""What runs in a server: kernel modules and settings, SNMP, and how old its software is."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judge
from compliance.controls.servers.told import server_of, told
from compliance.errors import MissingContext, MissingOutput
from devices.facts import DeviceFacts
from devices.facts.servers import KernelModule, Settings, Updates

UNNEEDED_MODULES: Final = ("cramfs", "dccp", "sctp", "rds", "tipc")
DAYS_INTERNET_FACING: Final = 30
DAYS_INTERNAL: Final = 90
_NO_PROGRAM: Final = frozenset({"/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true"})
_STATED: Final[Mapping[str, str]] = {
    "net.ipv4.conf.all.accept_redirects": "0",
    "net.ipv4.conf.all.send_redirects": "0",
    "net.ipv4.tcp_syncookies": "1",
}
# Where one of them is on for an interface or for all, it works there.
_EVERYWHERE_OFF: Final = ("accept_redirects", "send_redirects", "proxy_arp")
_COMMUNITIES: Final = frozenset(
    {"rocommunity", "rwcommunity", "rocommunity6", "rwcommunity6", "com2sec", "com2sec6", "authcommunity"}
)


def judge_kernel_modules(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """MGT-08: modules that no server needs cannot be loaded: cramfs, dccp, sctp, rds, tipc.

    Passes when each of them is not there, or is neither loaded nor built in and modprobe runs a program that
    does nothing instead (``install dccp /bin/false``). Fails otherwise; a blacklist keeps a module from being
    loaded by its alias only.

    Example:
        >>> linux("[kernel modules]", "cramfs not-loaded not-there -", "dccp not-loaded there /bin/false",
        ...     "sctp not-loaded not-there -", "rds not-loaded not-there -", "tipc not-loaded not-there -")
        'PASS'
        >>> linux("[kernel modules]", "cramfs not-loaded not-there -", "dccp not-loaded there -",
        ...     "sctp not-loaded not-there -", "rds not-loaded not-there -", "tipc not-loaded not-there -")
        'FAIL'
    """
    modules = told(server_of(facts).kernel_modules, "kernel modules")
    missing = [name for name in UNNEEDED_MODULES if name not in modules.modules]
    if missing:
        raise MissingOutput(f"kernel modules: {', '.join(missing)}")
    return conclude((_module(modules.modules[name]) for name in UNNEEDED_MODULES), nothing="")


def _module(module: KernelModule) -> Observed:
    words = (module.install_command or "").split()
    if module.loaded or module.built_in:
        said = f"{module.name} is loaded" if module.loaded else f"{module.name} is built into the kernel"
        return Observed(good=False, message=said, lines=module.lines)
    if not module.there:
        return Observed(good=True, message=f"{module.name} is not there", lines=module.lines)
    good = bool(words) and words[0] in _NO_PROGRAM
    said = f"{module.name} cannot be loaded" if good else f"{module.name} can be loaded"
    return Observed(good=good, message=said, lines=module.lines)


def judge_kernel_network(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """CP-01: the kernel takes and sends no redirects, routes for no sources, answers for nobody else.

    Passes when accept_redirects and send_redirects are 0 for all interfaces and for each one that is told of,
    source routes are not accepted, there is no proxy ARP, and SYN cookies are on. Fails otherwise: of the
    first two one interface is enough, whatever ``all`` says.

    Example:
        >>> linux("[+sysctl]", "net.ipv4.tcp_syncookies = 1")
        'PASS'
        >>> linux("[+sysctl]", "net.ipv4.conf.all.send_redirects = 1")
        'FAIL'
        >>> linux("[+sysctl]", "net.ipv4.conf.ens18.send_redirects = 1")
        'FAIL'
    """
    kernel = told(server_of(facts).kernel_settings, "sysctl")
    for name in _STATED:
        if kernel.last(name) is None:
            raise MissingOutput(f"sysctl {name}")
    return conclude(_network(kernel), nothing="")


def _network(kernel: Settings) -> Iterator[Observed]:
    for name, wanted in _STATED.items():
        for one in kernel.all(name)[-1:]:
            yield Observed(good=one.value == wanted, message=f"{name} is {one.value}", lines=one.lines)
    for one in kernel.stated:
        interface, _, key = one.name.removeprefix("net.ipv4.conf.").rpartition(".")
        if not one.name.startswith("net.ipv4.conf.") or one.name in _STATED or interface == "lo":
            continue
        # A source route is accepted only where both the interface and all of them accept it.
        counts = key in _EVERYWHERE_OFF or (key == "accept_source_route" and interface == "all")
        if counts and one.value != "0":
            yield Observed(good=False, message=f"{one.name} is {one.value}", lines=one.lines)


def judge_server_communities(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """SNMP-01: no SNMP v1 or v2c community is configured.

    Passes when snmpd's files hold none, or are not there. Fails with any, for IPv6 and in ``com2sec`` too.

    Example:
        >>> linux("[snmpd]", "@file /etc/snmp/snmpd.conf", "rouser ops priv")
        'PASS'
        >>> linux("[snmpd]", "@file /etc/snmp/snmpd.conf", "rocommunity <secret>")
        'FAIL'
    """
    snmp = told(server_of(facts).snmp, "snmpd")
    found = [one for one in snmp.stated if one.name in _COMMUNITIES]
    if found:
        lines = tuple(line for one in found for line in one.lines)
        said = f"{len(found)} SNMP v1/v2c communities are configured"
        return conclude((Observed(good=False, message=said, lines=lines),), nothing="")
    said = "no SNMP v1/v2c community is configured"
    lines = tuple(line for one in snmp.stated for line in one.lines) or snmp.lines
    return conclude((Observed(good=True, message=said, lines=lines),), nothing="")


def judge_updates(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """SRV-04: security updates are installed within 30 days where the internet reaches, else within 90.

    Passes when a security source is configured, its lists were read within that time, no held package has a
    security update waiting, everything was upgraded within that time where security updates are waiting, and
    no reboot has been due for longer. Fails otherwise. Package lists do not tell when an update came out: one
    that is waiting counts as old as the last upgrade of everything.

    Example:
        >>> linux("[updates]", "lists 2026-11-21T04:00:00+00:00", "security-source")
        'PASS'
        >>> linux("[updates]", "lists 2026-11-21T04:00:00+00:00", "security-source",
        ...     "last-upgrade 2026-08-01T04:00:00+00:00", "pending openssl 3.0.15 3.0.17 security")
        'FAIL'
        >>> linux("[updates]", "lists 2026-06-01T04:00:00+00:00", "security-source")
        'FAIL'
    """
    server = server_of(facts)
    updates = told(server.updates, "updates")
    if context.internet_facing is None:
        raise MissingContext("internet_facing")
    days = DAYS_INTERNET_FACING if context.internet_facing else DAYS_INTERNAL
    return conclude(_updated(updates, server.collected_at, days), nothing="")


def _updated(updates: Updates, now: datetime, days: int) -> Iterator[Observed]:
    known = updates.stamps or updates.lines
    if not updates.security_source:
        yield Observed(good=False, message="no source of security updates is configured", lines=known)
    read = updates.lists_read_at
    if read is None:
        yield Observed(good=False, message="package lists were never read", lines=known)
    else:
        said = f"package lists were read {_ago(read, now)}"
        yield Observed(good=_within(read, now, days), message=said, lines=known)
    waiting = tuple(one for one in updates.pending if one.security)
    for one in waiting:
        if one.held:
            said = f"{one.package} is held, and a security update of it waits"
            yield Observed(good=False, message=said, lines=one.lines)
    if waiting:
        lines = tuple(line for one in waiting for line in one.lines)
        at = updates.upgraded_at
        when = "never" if at is None else _ago(at, now)
        said = (
            f"{len(waiting)} security updates wait; everything was upgraded {when}, {days} days are allowed"
        )
        yield Observed(good=at is not None and _within(at, now, days), message=said, lines=lines)
    if updates.reboot_since is not None:
        said = f"a reboot is due since {updates.reboot_since:%Y-%m-%d}"
        yield Observed(good=_within(updates.reboot_since, now, days), message=said, lines=known)


def _within(moment: datetime, now: datetime, days: int) -> bool:
    return now - moment <= timedelta(days=days)


def _ago(moment: datetime, now: datetime) -> str:
    return f"{max((now - moment).days, 0)} days before the collection"


ON_SERVERS: Final[Mapping[str, Judge]] = {
    "MGT-08": judge_kernel_modules,
    "CP-01": judge_kernel_network,
    "SNMP-01": judge_server_communities,
    "SRV-04": judge_updates,
}
