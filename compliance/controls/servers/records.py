"""What a server writes down and sends away: time, logs, audit."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judge
from compliance.controls.servers.told import server_of, told, unit_runs, without_packages
from devices.facts import ConfigLine, DeviceFacts
from devices.facts.servers import LogTarget, Packages, Settings

LEAST_SERVERS: Final = 2
LONGEST_POLL: Final = 16
# What a central log must hold; mail, news and the like may be left out.
_EVERYDAY: Final = frozenset({"auth", "authpriv", "cron", "daemon", "kern", "syslog", "user"})
_LOGINS: Final = frozenset({"auth", "authpriv"})
_UTC: Final = frozenset(
    {"utc", "etc/utc", "uct", "etc/uct", "universal", "etc/universal", "zulu", "etc/zulu"}
)
_WATCHED: Final = (
    "/etc/sudoers", "/etc/sudoers.d", "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow",
)  # fmt: skip
_AUDIT_ON: Final = frozenset({"1", "2"})


def judge_server_time(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """NTP-01: chrony takes the time from two of the site's servers at least, and nothing else sets it.

    Passes when chrony runs, two distinct servers of the site are stated with a maxpoll of 16 at most (10
    unless stated), and systemd-timesyncd is not installed. A pool is none of the site's servers. Fails
    otherwise.

    Example:
        >>> linux("[chrony]", "@file /etc/chrony/chrony.conf", "server 10.0.0.11 iburst maxpoll 16",
        ...     "server 10.0.0.12 iburst maxpoll 16")
        'PASS'
        >>> linux("[chrony]", "@file /etc/chrony/chrony.conf", "server 10.0.0.11 iburst",
        ...     "#server 10.0.0.12 iburst")
        'FAIL'
    """
    server = server_of(facts)
    chrony = told(server.chrony, "chrony")
    units, packages = told(server.units, "units"), told(server.packages, "packages")
    wanted = context.needed_servers("ntp")
    counted = {one.address for one in facts.time_servers} & set(wanted)
    lines = tuple(line for one in facts.time_servers for line in one.lines)
    said = f"{len(counted)} of the site's time servers are configured, {LEAST_SERVERS} are needed"
    enough = Observed(good=len(counted) >= LEAST_SERVERS, message=said, lines=lines or chrony.lines)
    only = without_packages(packages, ("systemd-timesyncd", "ntp", "ntpsec"), "another time service")
    return conclude((enough, *_polls(chrony), unit_runs(units, "chrony.service"), only), nothing="")


def _polls(chrony: Settings) -> Iterator[Observed]:
    for one in chrony.all("server"):
        words = one.value.lower().split()
        most = words[words.index("maxpoll") + 1] if "maxpoll" in words[:-1] else ""
        if most and (not most.isdecimal() or int(most) > LONGEST_POLL):
            yield Observed(
                good=False, message=f"{words[0]} is asked too seldom: maxpoll {most}", lines=one.lines
            )


def judge_server_log_targets(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """LOG-01: rsyslog sends everything to two of the site's log servers at least, over TLS.

    Passes when rsyslog runs and two distinct servers of the site get all everyday facilities down to
    informational over TLS. Fails with fewer: plain TCP and UDP do not count, nor does what an expression
    decides.

    Example:
        >>> linux("[rsyslog]", "@file /etc/rsyslog.conf", "$DefaultNetstreamDriver gtls",
        ...     "$ActionSendStreamDriverMode 1", "*.* @@10.0.0.21:6514", "*.* @@10.0.0.22:6514")
        'PASS'
        >>> linux("[rsyslog]", "@file /etc/rsyslog.conf", "*.* @@10.0.0.21:6514", "*.* @10.0.0.22")
        'FAIL'
    """
    server = server_of(facts)
    targets = told(server.log_targets, "rsyslog")
    runs = unit_runs(told(server.units, "units"), "rsyslog.service")
    wanted = context.needed_servers("log")
    counted, observed = set[str](), []
    for one in targets.targets:
        reason = _why_not(one, wanted, _EVERYDAY)
        if not reason:
            counted.add(one.address)
        said = reason or f"{one.address} gets all messages over TLS"
        observed.append(Observed(good=not reason, message=said, lines=one.lines))
    enough = len(counted) >= LEAST_SERVERS
    said = f"{len(counted)} of the site's log servers get all messages over TLS, {LEAST_SERVERS} are needed"
    lines = tuple(line for one in targets.targets for line in one.lines) or targets.lines
    total = Observed(good=enough, message=said, lines=lines)
    # Another target beside two good ones is no fault.
    short = () if enough else tuple(one for one in observed if not one.good)
    return conclude((total, *short, runs), nothing="")


def _why_not(target: LogTarget, wanted: tuple[str, ...], needed: frozenset[str]) -> str:
    if target.address not in wanted:
        return f"{target.address} is none of the site's log servers"
    if not target.encrypted:
        return f"{target.address} is reached without TLS"
    if target.facilities is None:
        return f"an expression decides what {target.address} gets"
    missing = sorted(needed - target.facilities)
    return f"{target.address} does not get {', '.join(missing)}" if missing else ""


def judge_log_time(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """LOG-02: times are in UTC, and the journal survives a boot.

    Passes when the time zone is UTC and journald's Storage is ``persistent``, or ``auto`` (which it is unless
    stated) with a folder /var/log/journal. Later files win. Fails otherwise.

    Example:
        >>> linux("[time zone]", "Etc/UTC")
        'PASS'
        >>> linux("[time zone]", "Europe/Copenhagen")
        'FAIL'
        >>> linux("[journald]", "@file /etc/systemd/journald.conf", "[Journal]", "Storage=volatile")
        'FAIL'
    """
    server = server_of(facts)
    zone, journal = told(server.time_zone, "time zone"), told(server.journal, "journald")
    store = told(server.journal_store, "journal store")
    named = zone.stated[0] if zone.stated else None
    name = "unknown" if named is None else named.value.strip()
    lines = zone.lines if named is None else named.lines
    time = Observed(good=name.lower() in _UTC, message=f"the time zone is {name}", lines=lines)
    return conclude((time, _kept(journal, store)), nothing="")


def _kept(journal: Settings, store: Settings) -> Observed:
    stated = [one for one in journal.all("storage") if one.block == "journal"]
    value = stated[-1].value.lower() if stated else "auto"
    lines = stated[-1].lines if stated else journal.lines
    ending = "" if stated else " by default"
    if value != "auto":
        return Observed(good=value == "persistent", message=f"journald's Storage is {value}", lines=lines)
    there = store.last("persistent") is not None
    folder = "and /var/log/journal is there" if there else "and /var/log/journal is missing"
    said = f"journald's Storage is auto{ending} {folder}"
    return Observed(good=there, message=said, lines=(*lines, *store.lines))


def judge_logins_sent(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """LOG-03: successful and failed logins reach the site's log servers.

    Passes when rsyslog runs and sends the facilities auth and authpriv, down to informational, to one of the
    site's log servers at least. Fails when it leaves one of them out.

    Example:
        >>> linux("[rsyslog]", "@file /etc/rsyslog.conf", "auth,authpriv.* @@10.0.0.21:6514")
        'PASS'
        >>> linux("[rsyslog]", "@file /etc/rsyslog.conf", "*.*;auth,authpriv.none @@10.0.0.21:6514")
        'FAIL'
    """
    server = server_of(facts)
    targets = told(server.log_targets, "rsyslog")
    runs = unit_runs(told(server.units, "units"), "rsyslog.service")
    wanted = context.needed_servers("log")
    good = [one for one in targets.targets if one.address in wanted and (one.facilities or set()) >= _LOGINS]
    said = (
        f"logins are sent to {good[0].address}"
        if good
        else "logins are sent to none of the site's log servers"
    )
    lines = tuple(line for one in good or targets.targets for line in one.lines) or targets.lines
    return conclude((Observed(good=bool(good), message=said, lines=lines), runs), nothing="")


def judge_audit(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """AAA-05: the kernel audits who changes accounts and rights.

    Passes when auditd runs, auditing is on, and writing to /etc/sudoers, /etc/sudoers.d, /etc/passwd,
    /etc/shadow, /etc/group and /etc/gshadow is watched, whoever does it. Fails when one is not.

    Example:
        >>> linux("[units]", "auditd.service enabled active")
        'PASS'
        >>> linux("[auditctl -l]", "-w /etc/passwd -p wa -k identity")
        'FAIL'
    """
    server = server_of(facts)
    rules = told(server.audit_rules, "auditctl -l")
    watching: dict[str, tuple[ConfigLine, ...]] = {}
    for rule in rules.rules:
        if rule.path is not None:
            watching.setdefault(rule.path, rule.lines)
    missing = [path for path in _WATCHED if not _is_watched(path, watching)]
    said = f"{', '.join(missing)} is not watched" if missing else "accounts and rights are watched"
    lines = tuple(line for found in watching.values() for line in found) or rules.lines
    observed = (Observed(good=not missing, message=said, lines=rules.lines if missing else lines),)
    return conclude((*observed, *_audits(facts)), nothing="")


def _is_watched(path: str, watching: Mapping[str, tuple[ConfigLine, ...]]) -> bool:
    return any(one in watching for one in (path, path.rpartition("/")[0]))


def _audits(facts: DeviceFacts) -> Iterator[Observed]:
    server = server_of(facts)
    yield unit_runs(told(server.units, "units"), "auditd.service")
    state = told(server.audit_state, "auditctl -s")
    enabled = state.last("enabled")
    on = enabled is not None and enabled.value in _AUDIT_ON
    lines = state.lines if enabled is None else enabled.lines
    yield Observed(good=on, message="auditing is on" if on else "auditing is off", lines=lines)


def judge_integrity(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """SRV-03: auditd and AppArmor are at work, and AIDE looks regularly for changed files.

    Passes when auditd runs and auditing is on, AppArmor is on in the kernel with profiles that enforce and is
    loaded at boot, and AIDE is installed with a timer that runs or a cron job. Fails when one is missing.

    Example:
        >>> linux("[apparmor]", "Y", "enforce 23")
        'PASS'
        >>> linux("[apparmor]", "N")
        'FAIL'
        >>> linux("[units]", "auditd.service masked inactive")
        'FAIL'
    """
    server = server_of(facts)
    packages = told(server.packages, "packages")
    apparmor = told(server.apparmor, "apparmor")
    units = told(server.units, "units")
    loaded = unit_runs(units, "apparmor.service")
    return conclude((*_audits(facts), *_apparmor(apparmor), loaded, *_aide(facts, packages)), nothing="")


def _apparmor(apparmor: Settings) -> Iterator[Observed]:
    on = apparmor.last("y")
    said = "AppArmor is off in the kernel" if on is None else "AppArmor is on in the kernel"
    yield Observed(good=on is not None, message=said, lines=apparmor.lines if on is None else on.lines)
    enforce = apparmor.last("enforce")
    some = enforce is not None and enforce.value not in {"", "0"}
    told_of = "profiles enforce" if some else "no profile of AppArmor enforces"
    yield Observed(good=some, message=told_of, lines=apparmor.lines if enforce is None else enforce.lines)


def _aide(facts: DeviceFacts, packages: Packages) -> Iterator[Observed]:
    server = server_of(facts)
    installed = packages.installed.get("aide") or packages.installed.get("aide-dynamic")
    said = "AIDE is not installed" if installed is None else "AIDE is installed"
    lines = packages.lines if installed is None else installed.lines
    yield Observed(good=installed is not None, message=said, lines=lines)
    jobs = told(server.aide_schedule, "aide schedule")
    units = told(server.units, "units")
    timers = [
        units.units[name] for name in ("dailyaidecheck.timer", "aidecheck.timer") if name in units.units
    ]
    running = [one for one in timers if one.in_use]
    scheduled = tuple(line for one in (*running, *jobs.stated) for line in one.lines)
    told_of = "AIDE is scheduled" if scheduled else "nothing runs AIDE regularly"
    yield Observed(good=bool(scheduled), message=told_of, lines=scheduled or jobs.lines)


ON_SERVERS: Final[Mapping[str, Judge]] = {
    "NTP-01": judge_server_time,
    "LOG-01": judge_server_log_targets,
    "LOG-02": judge_log_time,
    "LOG-03": judge_logins_sent,
    "AAA-05": judge_audit,
    "SRV-03": judge_integrity,
}
