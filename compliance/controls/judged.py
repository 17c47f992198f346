"""What a module of controls hands to the registry: the function, and the platforms that it is proven on."""

from typing import NamedTuple, Protocol

from compliance.context import DeviceContext
from compliance.controls.finding import Finding
from devices.facts import DeviceFacts
from devices.models import Platform


class Judge(Protocol):
    """A control: facts and context in, finding out."""

    def __call__(self, facts: DeviceFacts, context: DeviceContext, /) -> Finding:
        """Return the finding, or raise MissingContext or MissingOutput."""


class Judged(NamedTuple):
    """A control's function and the platforms on which cases prove it; on others it is ERROR, never PASS."""

    judge: Judge
    platforms: frozenset[Platform]


SWITCHES: frozenset[Platform] = frozenset({"ios", "nxos", "eos", "junos", "aoscx"})
SWITCHES_AND_SRX: frozenset[Platform] = frozenset({"ios", "eos", "junos"})
NETWORK: frozenset[Platform] = frozenset({"ios", "nxos", "eos", "junos", "fortios", "panos", "aoscx"})
