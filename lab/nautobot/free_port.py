"""A loopback port that nobody listens on at the moment it is asked for."""

import socket
from contextlib import closing


def free_port() -> int:
    """Return its number; whoever takes it first has it, and the one who asked then fails to start."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
