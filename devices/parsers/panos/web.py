"""Read where PAN-OS answers over the web."""

from devices.facts import RemoteAccess, WebService


def read_panos_web_services(access: tuple[RemoteAccess, ...]) -> tuple[WebService, ...]:
    """Return the web server of the management port, and that of every interface that has a profile for it."""
    return tuple(
        WebService(
            name=one.name,
            clear=None if "http" in one.unstated else "http" in (one.protocols or ()),
            encrypted="https" in (one.protocols or ()),
            holder=one.holder,
            lines=one.lines,
        )
        for one in access
    )
