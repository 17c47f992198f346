"""Who may log in to a server, and with which password."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judge
from compliance.controls.servers.told import server_of, told, unit_runs
from devices.facts import ConfigLine, DeviceFacts
from devices.facts.servers import Account, PAMStacks, Settings

LEAST_SERVERS: Final = 2
LEAST_LENGTH: Final = 15
_CENTRAL: Final = frozenset({"ad", "ipa", "ldap", "krb5"})
_DISCOVERED: Final = frozenset({"ad", "ipa"})
_SERVER_KEYS: Final = (
    "ad_server", "ad_backup_server", "ipa_server", "ldap_uri", "ldap_backup_uri", "krb5_server",
)  # fmt: skip
_BY_DNS: Final = "_srv_"
_STRONG_METHODS: Final = frozenset({"sha512", "yescrypt"})
_WEAK_HASHES: Final = frozenset({"empty", "des", "bsdi-des", "md5", "unknown"})
_WEAK_OPTIONS: Final = frozenset({"md5", "bigcrypt", "nullok_secure"})


def judge_central_accounts(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """AAA-01: administrators are asked for at a directory, through SSSD; local accounts are the fallback.

    Passes when sssd runs, one of its domains asks Active Directory, FreeIPA, LDAP or Kerberos at two servers
    at least (or finds them by DNS), names of accounts come from it too, and PAM asks it beside the local
    passwords. Fails otherwise. The site's AAA servers are those of network gear and not compared.

    Example:
        >>> linux("[units]", "sssd.service enabled active")
        'PASS'
        >>> linux("[units]", "sssd.service disabled inactive")
        'FAIL'
        >>> linux("[sssd]", "@file /etc/sssd/sssd.conf", "[domain/town.dk]", "id_provider = ldap",
        ...     "ldap_uri = ldaps://10.0.0.1")
        'FAIL'
    """
    server = server_of(facts)
    sssd, pam = told(server.sssd, "sssd"), told(server.pam, "pam")
    runs = unit_runs(told(server.units, "units"), "sssd.service")
    names = told(server.name_services, "nsswitch")
    return conclude((runs, _domain(sssd), _named_by(names), *_asked_by(pam)), nothing="")


def _domain(sssd: Settings) -> Observed:
    best: Observed | None = None
    for provider in sssd.all("id_provider"):
        if not (provider.block or "").startswith("domain/"):
            continue
        servers = [
            address.strip()
            for one in sssd.stated
            if one.block == provider.block and one.name in _SERVER_KEYS
            for address in one.value.split(",")
            if address.strip()
        ]
        found = provider.value in _DISCOVERED and (not servers or _BY_DNS in servers)
        enough = found or len({one for one in servers if one != _BY_DNS}) >= LEAST_SERVERS
        count = "servers found by DNS" if found else f"{len(set(servers))} servers"
        said = f"{provider.block} asks {provider.value} at {count}"
        seen = Observed(good=provider.value in _CENTRAL and enough, message=said, lines=provider.lines)
        if best is None or seen.good:
            best = seen
    return best or Observed(good=False, message="SSSD has no domain", lines=sssd.lines)


def _named_by(names: Settings) -> Observed:
    passwd = names.last("passwd")
    if passwd is None:
        return Observed(good=False, message="nsswitch.conf names no source of accounts", lines=names.lines)
    good = {"sss"} < set(passwd.value.split())
    said = f"accounts come from {passwd.value}"
    return Observed(good=good, message=said, lines=passwd.lines)


def _asked_by(pam: PAMStacks) -> Iterator[Observed]:
    for module, what in (("pam_sss.so", "the directory"), ("pam_unix.so", "local passwords")):
        found = pam.using("common-auth", "auth", module)
        said = f"PAM asks {what}" if found else f"PAM does not ask {what} ({module} in common-auth)"
        lines = tuple(line for one in found for line in one.lines)
        yield Observed(good=bool(found), message=said, lines=lines or pam.lines)


def judge_break_glass(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """AAA-02: exactly one local account takes a password, nobody but root has UID 0, and root is locked.

    Passes when that account is the site's break-glass account, where the site names one. Accounts without a
    password, such as those of services and of automation with a key, do not count.

    Example:
        >>> linux("[accounts]", "root 0 none /bin/bash", "breakglass 1000 yescrypt /bin/bash")
        'PASS'
        >>> linux("[accounts]", "root 0 yescrypt /bin/bash", "breakglass 1000 yescrypt /bin/bash")
        'FAIL'
    """
    accounts = told(server_of(facts).accounts, "accounts")
    everybody = accounts.accounts
    root = tuple(one for one in everybody if one.name == "root")
    if not root:
        missing = Observed(good=False, message="nothing is told of root", lines=accounts.lines)
        return conclude((missing,), nothing="")
    observed = [_root(root[0])]
    twins = [one for one in everybody if one.uid == 0 and one.name != "root"]
    observed.extend(Observed(good=False, message=f"{one.name} has UID 0", lines=one.lines) for one in twins)
    open_ones = tuple(one for one in everybody if one.takes_password and one.uid != 0)
    observed.append(_only(open_ones, context.break_glass_user, accounts.lines))
    return conclude(observed, nothing="")


def _root(root: Account) -> Observed:
    said = "root takes a password" if root.takes_password else "root is locked"
    return Observed(good=not root.takes_password, message=said, lines=root.lines)


def _only(accounts: tuple[Account, ...], wanted: str | None, heading: tuple[ConfigLine, ...]) -> Observed:
    names = ", ".join(one.name for one in accounts) or "no account"
    lines = tuple(line for one in accounts for line in one.lines) or heading
    good = len(accounts) == 1 and wanted in {None, accounts[0].name}
    said = f"{names} takes a local password"
    return Observed(
        good=good, message=said if good else f"{said}, not exactly one break-glass account", lines=lines
    )


def judge_password_hashes(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """AAA-03: passwords are stored with SHA-512 or yescrypt, and no account has an empty one.

    Passes when login.defs states ENCRYPT_METHOD SHA512 or YESCRYPT, PAM stores new passwords with one of
    them, and every stored password is a strong hash. Fails with an empty password, MD5 or DES.

    Example:
        >>> linux("[login.defs]", "@file /etc/login.defs", "ENCRYPT_METHOD YESCRYPT")
        'PASS'
        >>> linux("[login.defs]", "@file /etc/login.defs", "#ENCRYPT_METHOD YESCRYPT")
        'FAIL'
        >>> linux("[accounts]", "root 0 none /bin/bash", "guest 1001 empty /bin/bash")
        'FAIL'
    """
    server = server_of(facts)
    definitions = told(server.login_definitions, "login.defs")
    accounts, pam = told(server.accounts, "accounts"), told(server.pam, "pam")
    observed = [_method(definitions)]
    for one in pam.using("common-password", "password", "pam_unix.so"):
        good = bool(_STRONG_METHODS & set(one.arguments)) and not _WEAK_OPTIONS & set(one.arguments)
        said = "PAM stores strong hashes" if good else "PAM does not store SHA-512 or yescrypt"
        observed.append(Observed(good=good, message=said, lines=one.lines))
    for account in accounts.accounts:
        if account.password in _WEAK_HASHES:
            said = f"{account.name} has a password of the kind {account.password}"
            observed.append(Observed(good=False, message=said, lines=account.lines))
    return conclude(observed, nothing="")


def _method(definitions: Settings) -> Observed:
    stated = definitions.last("ENCRYPT_METHOD")
    if stated is None:
        said = "login.defs states no ENCRYPT_METHOD"
        return Observed(good=False, message=said, lines=definitions.lines)
    good = stated.value.lower() in _STRONG_METHODS
    return Observed(good=good, message=f"ENCRYPT_METHOD is {stated.value}", lines=stated.lines)


def judge_password_length(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """AAA-04: new local passwords have 15 characters at least.

    Passes when pam_pwquality stands in common-password and every minlen that is stated, in its files and in
    the stack, is 15 or more. Fails with less, with none stated, or where PAM does not ask it.

    Example:
        >>> linux("[pwquality]", "@file /etc/security/pwquality.conf", "minlen = 15")
        'PASS'
        >>> linux("[pwquality]", "@file /etc/security/pwquality.conf", "# minlen = 15")
        'FAIL'
        >>> linux("[pwquality]", "@file /etc/security/pwquality.conf", "minlen = 15",
        ...     "@file /etc/security/pwquality.conf.d/local.conf", "minlen = 8")
        'FAIL'
    """
    server = server_of(facts)
    quality, pam = told(server.password_quality, "pwquality"), told(server.pam, "pam")
    used = pam.using("common-password", "password", "pam_pwquality.so")
    if not used:
        said = "PAM does not ask pam_pwquality in common-password"
        return conclude((Observed(good=False, message=said, lines=pam.lines),), nothing="")
    stated = [(one.value, one.lines) for one in quality.all("minlen")]
    for one in used:
        words = [word.partition("=")[2] for word in one.arguments if word.startswith("minlen=")]
        stated.extend((word, one.lines) for word in words)
    if not stated:
        said = "no minlen is stated"
        return conclude((Observed(good=False, message=said, lines=quality.lines),), nothing="")
    return conclude((_length(value, lines) for value, lines in stated), nothing="")


def _length(value: str, lines: tuple[ConfigLine, ...]) -> Observed:
    good = value.isdecimal() and int(value) >= LEAST_LENGTH
    return Observed(good=good, message=f"minlen is {value}", lines=lines)


ON_SERVERS: Final[Mapping[str, Judge]] = {
    "AAA-01": judge_central_accounts,
    "AAA-02": judge_break_glass,
    "AAA-03": judge_password_hashes,
    "AAA-04": judge_password_length,
}
