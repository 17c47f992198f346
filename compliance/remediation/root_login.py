"""Mend root's login."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.remediation.steps import Mender, NotMendable, Step
from devices.facts import DeviceFacts


def mend_root_login(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """SRV-02: deny root over SSH, where somebody else can log in."""
    if not facts.local_users and not (facts.aaa is not None and facts.aaa.servers):
        raise NotMendable("nobody but root can log in; make the break-glass user first, then plan again")
    yield Step("root-login-off")


MENDERS: Final[Mapping[str, Mender]] = {"SRV-02": mend_root_login}
