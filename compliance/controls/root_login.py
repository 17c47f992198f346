"""The control of root's login."""

from collections.abc import Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judged
from devices.facts import DeviceFacts


def judge_root_login(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """SRV-02: root cannot log in over SSH.

    Passes when the SSH server states that it denies root. Fails when it lets root in, with a password or
    with a key only, and when nothing states it: the default differs between releases. Not applicable
    without an SSH server.

    Example:
        >>> junos("set system services ssh root-login deny")
        'PASS'
        >>> junos("set system services ssh root-login deny-password")
        'FAIL'
        >>> junos("set system services ssh")
        'FAIL'
    """
    root = facts.root_login
    seen = () if root is None else (root,)
    return conclude(
        (
            Observed(
                good=one.allowed == "no",
                message=f"root login over SSH is {_said(one.stated)}",
                lines=one.lines,
            )
            for one in seen
        ),
        nothing="no SSH server is configured",
    )


def _said(stated: str | None) -> str:
    return "left to the default of the release" if stated is None else f"'{stated}'"


CONTROLS: Final[Mapping[str, Judged]] = {"SRV-02": Judged(judge_root_login, frozenset({"junos"}))}
