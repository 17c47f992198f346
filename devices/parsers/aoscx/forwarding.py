"""Read how an AOS-CX switch forwards packets."""

from devices.facts import ConfigLine, ForwardingSwitch
from devices.parsers.statements import Statement

_WORDS = ("ip", "icmp", "redirect")


def read_aoscx_redirects(root: Statement, extent: tuple[ConfigLine, ...]) -> ForwardingSwitch:
    """Return whether ICMP redirects are sent; they are unless told otherwise."""
    denied, stated = root.denied(*_WORDS), root.last(*_WORDS)
    decisive = denied or stated
    return ForwardingSwitch(
        name="ip icmp redirect",
        on=denied is None,
        by_default=decisive is None,
        lines=extent if decisive is None else (decisive.line,),
    )
