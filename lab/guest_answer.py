"""Asks a server over HTTP whether it serves: status 200 with the server's own text, nothing less.

User-mode networking accepts a connection before the guest has one to give, so an open port proves nothing.
"""

import http.client
import re

from lab.models import Model

_PAGE = re.compile(r"<p>boot (\d+), counter (\d+)</p>")


class ServerAnswer(Model):
    """What a server's page tells: which boot of its disk this is, and how far its counter has come."""

    boots: int
    counter: int


def ask_server(address: str, port: int, *, text: str, timeout_seconds: float) -> ServerAnswer | None:
    """Return what the server's page tells, or None where it does not serve its text."""
    connection = http.client.HTTPConnection(address, port, timeout=timeout_seconds)
    try:
        connection.request("GET", "/")
        response = connection.getresponse()
        page = response.read().decode("utf-8", errors="replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    found = _PAGE.search(page)
    if response.status != http.HTTPStatus.OK or text not in page or found is None:
        return None
    return ServerAnswer(boots=int(found.group(1)), counter=int(found.group(2)))
