"""Read in which VRFs the web server of AOS-CX answers; it answers over HTTPS only."""

from devices.facts import ConfigLine, WebService
from devices.parsers.statements import Statement


def read_aoscx_web_services(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[WebService, ...]:
    """Return the web server of every VRF that a line puts it into; a switch shows each of them."""
    found = tuple(
        WebService(
            name=" ".join(one.raw),
            clear=False,
            encrypted=True,
            vrf=one.raw[2],
            lines=(one.line,),
        )
        for one in root.under("https-server", "vrf")
        if len(one.raw) > 2  # noqa: PLR2004 - the name of the VRF
    )
    return found or (WebService(name="https-server", clear=False, by_default=True, lines=extent),)
