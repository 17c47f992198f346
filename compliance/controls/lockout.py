"""The control of repeated wrong logins."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judged
from devices.facts import DeviceFacts, LoginLockout

SHORTEST_SECONDS: Final = 900
MOST_ATTEMPTS: Final = 3
_MOST_ATTEMPTS_OF: Final[Mapping[str, int]] = {"panos": 5}


def is_locked_out_late(lockout: LoginLockout, platform: str) -> bool:
    """Return whether MGT-05 refuses it: after too many attempts, for too short a time, or never."""
    most = _MOST_ATTEMPTS_OF.get(platform, MOST_ATTEMPTS)
    if lockout.attempts is None or not 1 <= lockout.attempts <= most:
        return True
    if lockout.counts_only or lockout.until_released:
        return False
    return lockout.seconds is None or lockout.seconds < SHORTEST_SECONDS


def works_beside(lockout: LoginLockout, facts: DeviceFacts) -> bool:
    """Return whether the lock-out has an effect beside the way that administrators log in."""
    if not lockout.local_only or facts.aaa is None:
        return True
    used = {use.method_list for use in facts.aaa.uses}
    return not any(
        method.startswith("group ") for one in facts.aaa.methods if one.name in used for method in one.methods
    )


def judge_login_lockout(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """MGT-05: whoever fails to log in three times is kept out for 15 minutes.

    Passes when every mechanism of the platform stops at 3 attempts at most (5 on PAN-OS) and keeps out for at
    least 900 seconds, or until an administrator lets in again. Fails when one allows more, is shorter or is
    not there. One that has no effect beside remote authentication (AOS-CX) is not judged while that is
    in place.

    Example:
        >>> ios("login block-for 900 attempts 3 within 120")
        'PASS'
        >>> ios("login block-for 60 attempts 3 within 120")
        'FAIL'
        >>> eos("aaa authentication policy lockout failure 3 duration 900")
        'PASS'
        >>> junos("set system login retry-options tries-before-disconnect 3")
        'FAIL'
    """
    return conclude(_lockouts(facts), nothing="the limit has no effect while remote servers authenticate")


def _lockouts(facts: DeviceFacts) -> Iterator[Observed]:
    for one in facts.lockouts:
        if works_beside(one, facts):
            late = is_locked_out_late(one, facts.platform)
            yield Observed(good=not late, message=_said(one), lines=one.lines)


def _said(lockout: LoginLockout) -> str:
    if lockout.attempts is None:
        return f"{lockout.name} sets no limit of failed logins"
    after = f"{lockout.name} stops after {lockout.attempts} failed logins"
    if lockout.counts_only:
        return f"{after} by default" if lockout.by_default else after
    if lockout.until_released:
        return f"{after}, until an administrator lets in again"
    if lockout.seconds is None:
        return f"{after} and states no time for which it keeps out"
    return f"{after} for {lockout.seconds} seconds"


CONTROLS: Final[Mapping[str, Judged]] = {
    "MGT-05": Judged(
        judge_login_lockout, frozenset({"ios", "nxos", "eos", "junos", "fortios", "panos", "aoscx"})
    ),
}
