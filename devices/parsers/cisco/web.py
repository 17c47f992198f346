"""Read the web servers of IOS, NX-OS and EOS."""

from typing import Final

from devices.facts import ConfigLine, WebService
from devices.parsers.statements import Statement

_HTTP: Final = ("ip", "http", "server")
_HTTPS: Final = ("ip", "http", "secure-server")


def read_ios_web_services(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[WebService, ...]:
    """Return the HTTP server; whether one runs where no line says so differs between models."""
    on, off = root.last(*_HTTP), root.denied(*_HTTP)
    found = on or off
    return (
        WebService(
            name="ip http server",
            clear=None if found is None else on is not None,
            encrypted=root.last(*_HTTPS) is not None,
            lines=extent if found is None else (found.line,),
        ),
    )


def read_nxos_web_services(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[WebService, ...]:
    """Return NX-API; it is a feature and off unless switched on, and then it answers over HTTP too."""
    on, off = root.last("feature", "nxapi"), root.denied("feature", "nxapi")
    found = on or off
    return (
        WebService(
            name="feature nxapi",
            clear=on is not None,
            encrypted=on is not None,
            by_default=found is None,
            lines=extent if found is None else (found.line,),
        ),
    )


def read_eos_web_services(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[WebService, ...]:
    """Return eAPI; it is shut unless told, answers over HTTPS unless told, and over HTTP only when told."""
    name = "management api http-commands"
    section = root.last(*name.split())
    if section is None:
        return (WebService(name=name, clear=False, by_default=True, lines=extent),)
    runs = any(one.denied("shutdown") is not None for one in (section, *section.under("vrf")))
    # ``protocol http localhost`` is a server of its own, which nobody else reaches.
    http = next((one for one in section.under("protocol", "http") if "localhost" not in one.words), None)
    https = section.denied("protocol", "https") is None
    decisive = section.section if http is None or not runs else (section.line, http.line)
    return (WebService(name=name, clear=runs and http is not None, encrypted=runs and https, lines=decisive),)
