"""Chooses loopback ports that nothing else of the machine takes by chance before a guest listens on them."""

import random
import socket
from collections.abc import Collection
from pathlib import Path

from lab.guest_errors import GuestPortError

LOOPBACK = "127.0.0.1"

# Below the range from which the kernel gives ports to outgoing connections: the centre's ports stay unused
# for minutes, and none of those connections may sit on one when its server arrives.
_LOWEST = 20_000
_RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_TRIES = 1000


def port_is_free(port: int) -> bool:
    """Tell whether nothing listens on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_free_port(randomness: random.Random, *, taken: Collection[int]) -> int:
    """Return a free loopback port outside ``taken``.

    Raises:
        GuestPortError: no free port was found.

    """
    highest = int(_RANGE_FILE.read_text().split()[0]) - 1
    if highest <= _LOWEST:
        highest = 65_535
    for _ in range(_TRIES):
        port = randomness.randint(_LOWEST, highest)
        if port not in taken and port_is_free(port):
            return port
    raise GuestPortError(f"no port of {LOOPBACK} from {_LOWEST} to {highest} is free; end what holds them")
