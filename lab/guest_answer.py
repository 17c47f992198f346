"""Judges whether a server serves: status 200 with the server's own text, nothing less.

User-mode networking accepts a connection before the guest has one to give, so an open port proves nothing.
"""

import re
import socket

from lab.models import Model

REQUEST = b"GET / HTTP/1.0\r\nHost: server\r\nConnection: close\r\n\r\n"
LARGEST_RESPONSE_BYTES = 64 * 1024

_STATUS_OK = re.compile(rb"HTTP/1\.[01] 200[ \r]")
_PAGE = re.compile(rb"<p>boot (\d+), counter (\d+)</p>")


class ServerAnswer(Model):
    """What a guest's page tells: which boot of its disk this is, and how far its counter has come."""

    boots: int
    counter: int


def serves_text(response: bytes, text: str) -> bool:
    """Tell whether a whole HTTP response has status 200 and a body with the server's text."""
    head, separator, body = response.partition(b"\r\n\r\n")
    return bool(separator) and _STATUS_OK.match(head) is not None and text.encode() in body


def ask_server(address: str, port: int, *, text: str, timeout_seconds: float) -> ServerAnswer | None:
    """Return what a guest's page tells, or None where it does not serve its text."""
    response = bytearray()
    try:
        with socket.create_connection((address, port), timeout=timeout_seconds) as connection:
            connection.sendall(REQUEST)
            while (part := connection.recv(4096)) and len(response) < LARGEST_RESPONSE_BYTES:
                response += part
    except (TimeoutError, ConnectionError):
        return None
    found = _PAGE.search(bytes(response))
    if found is None or not serves_text(bytes(response), text):
        return None
    return ServerAnswer(boots=int(found.group(1)), counter=int(found.group(2)))
