"""Say why no lines mend how SNMP version 3 is protected."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.remediation.steps import Mender, NotMendable, Step
from devices.facts import DeviceFacts


def mend_snmp_protection(_facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """SNMP-02: nothing; a user comes with two secrets, and who asks must learn them first."""
    raise NotMendable(
        "an SNMPv3 user comes with secrets, which no plan carries; make one with SHA and AES by hand, let "
        "those who ask use it, then take the old ones away"
    )


MENDERS: Final[Mapping[str, Mender]] = {"SNMP-02": mend_snmp_protection}
