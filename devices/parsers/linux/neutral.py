"""Facts of a server for which network gear has the same word: SSH, idle sessions, banner, lock-out, time."""

from typing import Final

from devices.facts import (
    AlgorithmKind,
    Algorithms,
    ConfigLine,
    IdleTimeout,
    LocalUser,
    LoginBanner,
    LoginLockout,
    SSHProtocol,
    SSHServer,
    TimeServer,
)
from devices.facts.servers import Accounts, PAMLine, PAMStacks, Settings

_ALGORITHMS: Final[tuple[tuple[AlgorithmKind, str], ...]] = (
    ("ciphers", "ciphers"),
    ("macs", "macs"),
    ("key-exchange", "kexalgorithms"),
)
_DEFAULT_ATTEMPTS: Final = 3
_DEFAULT_SECONDS: Final = 600


def read_ssh_server(sshd: Settings | None) -> SSHServer | None:
    """Return the SSH server with what it offers; OpenSSH speaks version 2 only."""
    if sshd is None or not sshd.present:
        return None
    algorithms = []
    for kind, keyword in _ALGORITHMS:
        stated = sshd.last(keyword)
        names = None if stated is None else tuple(stated.value.split(","))
        lines = sshd.lines if stated is None else stated.lines
        algorithms.append(Algorithms(kind=kind, names=names, lines=lines))
    protocol = SSHProtocol(version=2, lines=sshd.lines, by_default=True)
    return SSHServer(protocol=protocol, algorithms=tuple(algorithms), lines=sshd.lines)


def read_idle(sshd: Settings | None) -> tuple[IdleTimeout, ...]:
    """Return after how many seconds sshd gives up a client that does not answer: interval times count.

    A count of 0 never gives up.
    """
    if sshd is None or not sshd.present:
        return ()
    interval, count = sshd.last("clientaliveinterval"), sshd.last("clientalivecountmax")
    if interval is None or count is None or not (interval.value.isdecimal() and count.value.isdecimal()):
        return (IdleTimeout(name="sshd", kind="service", seconds=None, lines=sshd.lines),)
    seconds = int(interval.value) * int(count.value)
    return (IdleTimeout(name="sshd", kind="service", seconds=seconds, lines=(*interval.lines, *count.lines)),)


def read_banner(sshd: Settings | None, banner: Settings | None) -> LoginBanner | None:
    """Return the text of the file that sshd shows before the login."""
    if sshd is None:
        return None
    named = sshd.last("banner")
    if named is None or not named.value.startswith("/"):
        return None
    shown = None if banner is None else banner.last(named.value)
    if shown is None:
        return LoginBanner(text="", lines=named.lines)
    return LoginBanner(text=shown.value, lines=(*named.lines, *shown.lines))


def read_lockouts(pam: PAMStacks | None, faillock: Settings | None) -> tuple[LoginLockout, ...]:
    """Return what pam_faillock counts in common-auth; arguments in the stack override its file.

    It must stand there before (``preauth``) and after (``authfail``) the password is asked for.
    """
    if pam is None or faillock is None:
        return ()
    used = pam.using("common-auth", "auth", "pam_faillock.so")
    words = {word for one in used for word in one.arguments}
    if not {"preauth", "authfail"} <= words:
        lines = tuple(line for one in used for line in one.lines) or pam.lines
        return (LoginLockout(name="pam_faillock in common-auth", attempts=None, seconds=None, lines=lines),)
    attempts, attempt_lines = _number(used, faillock, "deny", _DEFAULT_ATTEMPTS)
    seconds, second_lines = _number(used, faillock, "unlock_time", _DEFAULT_SECONDS)
    return (
        LoginLockout(
            name="pam_faillock",
            attempts=attempts,
            seconds=seconds,
            until_released=seconds == 0,
            lines=tuple(dict.fromkeys((*attempt_lines, *second_lines))),
        ),
    )


def _number(
    used: tuple[PAMLine, ...], faillock: Settings, name: str, default: int
) -> tuple[int | None, tuple[ConfigLine, ...]]:
    """Return the number that counts, None where two lines disagree, and the lines that say it."""
    said = [
        (_whole(word.partition("=")[2]), one.lines)
        for one in used
        for word in one.arguments
        if word.startswith(f"{name}=")
    ]
    if said:
        numbers = {number for number, _ in said}
        return numbers.pop() if len(numbers) == 1 else None, tuple(x for _, lines in said for x in lines)
    stated = faillock.last(name)
    if stated is not None:
        return _whole(stated.value), stated.lines
    return default, tuple(line for one in used for line in one.lines)


def _whole(said: str) -> int | None:
    if said == "never":
        return 0
    return int(said) if said.isdecimal() else None


def read_local_users(accounts: Accounts | None) -> tuple[LocalUser, ...]:
    """Return the accounts that somebody can log in to with their local password."""
    if accounts is None:
        return ()
    return tuple(LocalUser(name=one.name, lines=one.lines) for one in accounts.accounts if one.takes_password)


def read_time_servers(chrony: Settings | None) -> tuple[TimeServer, ...]:
    """Return the servers of chrony; a pool is a name that stands for others and is none of them."""
    if chrony is None:
        return ()
    return tuple(
        TimeServer(address=one.value.split()[0].lower(), lines=one.lines)
        for one in chrony.stated
        if one.name == "server" and one.value
    )
