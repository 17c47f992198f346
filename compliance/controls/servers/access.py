"""How administrators reach a server: clear text, algorithms, idle sessions, lock-out, banner, SSH, MFA."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls import lockout, management
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judge
from compliance.controls.servers.told import (
    in_blocks,
    is_setting,
    no_ssh_server,
    server_of,
    told,
    without_packages,
)
from devices.facts import ConfigLine, DeviceFacts
from devices.facts.servers import PAMLine, PAMStacks, Setting, Settings

CLEAR_TEXT: Final = (
    "telnet", "inetutils-telnet", "telnet-ssl", "telnetd", "inetutils-telnetd", "telnetd-ssl",
    "rsh-server", "rsh-redone-server",
)  # fmt: skip
_HARDENED: Final[Mapping[str, str]] = {
    "permitrootlogin": "no",
    "permitemptypasswords": "no",
    "permituserenvironment": "no",
    "usepam": "yes",
}
_SECOND_FACTORS: Final = frozenset(
    {
        "pam_google_authenticator.so", "pam_oath.so", "pam_u2f.so", "pam_duo.so", "pam_yubico.so",
        "pam_privacyidea.so", "pam_radius_auth.so", "pam_pkcs11.so",
    }
)  # fmt: skip
_MUST_SUCCEED: Final = frozenset({"required", "requisite"})


def judge_clear_text_packages(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """MGT-01: neither telnet nor an rsh server is installed.

    Passes when none of their packages is installed, under any of the names that Debian and Ubuntu have for
    them. Fails with one; a package that was removed and left its configuration does not count.

    Example:
        >>> linux("[packages]", "openssh-server 1:9.2p1-2+deb12u10")
        'PASS'
        >>> linux("[packages]", "inetutils-telnet 2:2.4-2+deb12u1")
        'FAIL'
    """
    packages = told(server_of(facts).packages, "packages")
    return conclude((without_packages(packages, CLEAR_TEXT, "telnet or rsh"),), nothing="")


def judge_server_algorithms(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """MGT-02: the SSH server offers strong algorithms only, as ``sshd -T`` tells what is in effect.

    Passes and fails as on network gear; OpenSSH speaks version 2 only. Without an SSH server there is nothing
    to judge.

    Example:
        >>> linux("[+sshd -T]", "macs hmac-sha2-512,hmac-sha2-256")
        'PASS'
        >>> linux("[+sshd -T]", "macs hmac-sha2-512,hmac-sha1")
        'FAIL'
    """
    told(server_of(facts).sshd, "sshd -T")
    return management.judge_ssh_algorithms(facts, context)


def judge_server_idle(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """MGT-04: SSH sessions whose client is gone end within 10 minutes.

    Passes when ClientAliveInterval times ClientAliveCountMax is 1 to 600 seconds and no Match block says
    otherwise. Fails with 0 in either, which is never, or more.

    Example:
        >>> linux("[+sshd -T]", "clientaliveinterval 600", "clientalivecountmax 1")
        'PASS'
        >>> linux("[+sshd -T]", "clientaliveinterval 300", "clientalivecountmax 0")
        'FAIL'
        >>> linux("[+sshd -T]", "clientaliveinterval 300", "clientalivecountmax 3")
        'FAIL'
    """
    server = server_of(facts)
    sshd = told(server.sshd, "sshd -T")
    if not sshd.present:
        return no_ssh_server()
    matches = told(server.sshd_matches, "sshd files")
    longer = []
    for keyword in ("clientaliveinterval", "clientalivecountmax"):
        effective = sshd.last(keyword)
        most = int(effective.value) if effective is not None and effective.value.isdecimal() else 0
        for one in in_blocks(matches, keyword):
            if not one.value.isdecimal() or not 0 < int(one.value) <= most:
                said = f"Match {one.block} sets {one.name} {one.value}"
                longer.append(Observed(good=False, message=said, lines=one.lines))
    return conclude(longer, nothing="") if longer else management.judge_idle_sessions(facts, context)


def judge_server_lockout(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """MGT-05: pam_faillock keeps whoever fails to log in three times out for 15 minutes.

    Passes when it stands in common-auth before and after the password is asked for, with at most 3 attempts
    and 900 seconds at least (or until an administrator lets in again). Arguments in the stack override its
    file. Fails otherwise; unless stated it keeps out for 600 seconds only.

    Example:
        >>> linux("[faillock.conf]", "deny = 3", "unlock_time = 900")
        'PASS'
        >>> linux("[faillock.conf]", "deny = 5", "unlock_time = 900")
        'FAIL'
    """
    server = server_of(facts)
    told(server.pam, "pam")
    told(server.faillock, "faillock.conf")
    return lockout.judge_login_lockout(facts, context)


def judge_server_banner(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """MGT-06: SSH shows a banner before the login, and it is not the text of the US Department of Defense.

    Passes with any other text in the file that ``sshd -T`` names. Fails without one, or where the file is
    empty or not there. Without an SSH server there is nothing to judge.

    Example:
        >>> linux("[login banner]", "@file /etc/issue.net", "Kun for autoriserede brugere.")
        'PASS'
        >>> linux("[+sshd -T]", "banner none")
        'FAIL'
    """
    server = server_of(facts)
    sshd = told(server.sshd, "sshd -T")
    if not sshd.present:
        return no_ssh_server()
    named = sshd.last("banner")
    if named is not None and named.value.startswith("/"):
        told(server.banner, "login banner")
    elif named is not None:
        said = "no banner is shown before the login"
        return conclude((Observed(good=False, message=said, lines=named.lines),), nothing="")
    matches = told(server.sshd_matches, "sshd files")
    hidden = next((one for one in in_blocks(matches, "banner") if one.value.lower() == "none"), None)
    if hidden is not None:
        said = f"Match {hidden.block} shows no banner"
        return conclude((Observed(good=False, message=said, lines=hidden.lines),), nothing="")
    return management.judge_login_banner(facts, context)


def judge_ssh_hardened(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """SRV-02: SSH lets root not in, takes no empty password and no environment of users, and asks PAM.

    Passes when ``sshd -T`` tells PermitRootLogin no, PermitEmptyPasswords no, PermitUserEnvironment no and
    UsePAM yes, and no Match block says otherwise. Fails with any other value: ``prohibit-password`` lets root
    in with a key. Without an SSH server there is nothing to judge.

    Example:
        >>> linux("[+sshd -T]", "permitrootlogin no")
        'PASS'
        >>> linux("[+sshd -T]", "permitrootlogin prohibit-password")
        'FAIL'
        >>> linux("[sshd files]", "@file /etc/ssh/sshd_config", "Match Address 10.9.0.0/24",
        ...     "  PermitRootLogin yes")
        'FAIL'
    """
    server = server_of(facts)
    sshd = told(server.sshd, "sshd -T")
    if not sshd.present:
        return no_ssh_server()
    matches = told(server.sshd_matches, "sshd files")
    return conclude(_hardened(sshd, matches), nothing="")


def _hardened(sshd: Settings, matches: Settings) -> Iterator[Observed]:
    for keyword, wanted in _HARDENED.items():
        yield is_setting(sshd, keyword, wanted, of="sshd")
        for one in in_blocks(matches, keyword):
            if one.value.lower() != wanted:
                said = f"Match {one.block} sets {one.name} {one.value}"
                yield Observed(good=False, message=said, lines=one.lines)


def judge_second_factor(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """AAA-06: on a jump host nobody logs in with one factor only.

    Passes when every way that AuthenticationMethods leaves open goes through PAM (keyboard-interactive), and
    the stack of sshd must succeed in a module of a second factor, without letting in who has none yet
    (``nullok``). Fails otherwise: a key alone, and a password alone, are one factor.

    Example:
        >>> linux("[+sshd -T]", "authenticationmethods publickey,keyboard-interactive:pam", role="jump-host")
        'PASS'
        >>> linux("[+sshd -T]", "authenticationmethods any", role="jump-host")
        'FAIL'
    """
    server = server_of(facts)
    sshd = told(server.sshd, "sshd -T")
    if not sshd.present:
        return no_ssh_server()
    matches = told(server.sshd_matches, "sshd files")
    return conclude((*_ways_in(sshd, matches), _factor(told(server.pam, "pam"))), nothing="")


def _ways_in(sshd: Settings, matches: Settings) -> Iterator[Observed]:
    stated = sshd.last("authenticationmethods")
    if stated is None:
        yield Observed(good=False, message="sshd lets in with any one method", lines=sshd.lines)
        return
    for where, one in (("sshd", stated), *((f"Match {m.block}", m) for m in _blocks(matches))):
        alone = [way for way in one.value.lower().split() if not _through_pam(way)]
        said = f"{where} lets in with {' or '.join(alone)} alone" if alone else f"{where} always asks PAM"
        yield Observed(good=not alone, message=said, lines=one.lines)
    yield is_setting(sshd, "usepam", "yes", of="sshd")


def _blocks(matches: Settings) -> tuple[Setting, ...]:
    return in_blocks(matches, "authenticationmethods")


def _through_pam(way: str) -> bool:
    methods = {one.partition(":")[0] for one in way.split(",")}
    return "keyboard-interactive" in methods


def _factor(pam: PAMStacks) -> Observed:
    files = ["sshd"]
    if any(one.control == "@include" and one.module == "common-auth" for one in _lines_of(pam, "sshd")):
        files.append("common-auth")
    found = [one for file in files for one in _lines_of(pam, file) if one.module in _SECOND_FACTORS]
    if not found:
        return Observed(good=False, message="PAM asks sshd's logins for no second factor", lines=pam.lines)
    sure = [one for one in found if one.control in _MUST_SUCCEED and "nullok" not in one.arguments]
    lines: tuple[ConfigLine, ...] = tuple(line for one in sure or found for line in one.lines)
    if not sure:
        said = f"{found[0].module} may be left out ({' '.join((found[0].control, *found[0].arguments))})"
        return Observed(good=False, message=said, lines=lines)
    return Observed(good=True, message=f"{sure[0].module} must succeed", lines=lines)


def _lines_of(pam: PAMStacks, file: str) -> list[PAMLine]:
    return [one for one in pam.stacked if one.file == file and one.kind == "auth"]


ON_SERVERS: Final[Mapping[str, Judge]] = {
    "MGT-01": judge_clear_text_packages,
    "MGT-02": judge_server_algorithms,
    "MGT-04": judge_server_idle,
    "MGT-05": judge_server_lockout,
    "MGT-06": judge_server_banner,
    "AAA-06": judge_second_factor,
    "SRV-02": judge_ssh_hardened,
}
