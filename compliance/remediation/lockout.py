"""Mend how long repeated wrong logins are kept out."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.lockout import is_locked_out_late
from compliance.remediation.steps import Mender, Step
from devices.facts import DeviceFacts


def mend_login_lockout(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """MGT-05: state the limit of every mechanism that has none, or one that is too weak."""
    for lockout in facts.lockouts:
        if is_locked_out_late(lockout, facts.platform):
            yield Step("session-attempts" if lockout.counts_only else "lockout")


MENDERS: Final[Mapping[str, Mender]] = {"MGT-05": mend_login_lockout}
