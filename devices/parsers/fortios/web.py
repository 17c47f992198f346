"""Read where FortiOS answers over the web, and by which TLS versions."""

from devices.facts import ConfigLine, RemoteAccess, WebService, WebTLS
from devices.parsers.fortios.tree import Section


def read_fortios_web_services(access: tuple[RemoteAccess, ...]) -> tuple[WebService, ...]:
    """Return the web server on each interface that lets anybody in."""
    return tuple(
        WebService(
            name=one.name,
            clear="http" in (one.protocols or ()),
            encrypted="https" in (one.protocols or ()),
            holder=one.holder,
            by_default=one.by_default,
            lines=one.lines,
        )
        for one in access
    )


def read_fortios_web_tls(settings: Section, extent: tuple[ConfigLine, ...]) -> WebTLS:
    """Return ``admin-https-ssl-versions``."""
    stated = settings.settings.get("admin-https-ssl-versions")
    if stated is not None:
        line = ConfigLine(stated.number, stated.written.split("\n")[0])
        return WebTLS(versions=stated.words, lines=(line,))
    header = (ConfigLine(settings.number, settings.written),) if settings.written else extent
    return WebTLS(versions=None, lines=header)
