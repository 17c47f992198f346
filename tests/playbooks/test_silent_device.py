"""Devices that accept a connection and then say nothing, or next to nothing, give their slot back."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from devices.models import Platform
from playbooks.service import PlaybookHost, RunPlace, collect_devices

Speak = Callable[[socket.socket, threading.Event], None]
PLATFORMS: tuple[Platform, ...] = ("ios", "eos", "junos", "fortios", "aoscx")
_DRIP_SECONDS = 0.2


def say_nothing(connection: socket.socket, stop: threading.Event) -> None:
    """Read what comes and never answer."""
    while not stop.is_set():
        try:
            if not connection.recv(4096):
                return
        except TimeoutError:
            continue


def drip(connection: socket.socket, stop: threading.Event) -> None:
    """Send one more character before any single read can time out, and never a whole line."""
    while not stop.wait(_DRIP_SECONDS):
        connection.sendall(b"S")


class DeadDevices:
    """Listeners on loopback that are stopped at the end, each with how often it was called."""

    def __init__(self, speak: Speak) -> None:
        self._speak = speak
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._servers: list[socket.socket] = []
        self.accepted: dict[int, int] = {}

    def start(self) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        self._servers.append(server)
        server.settimeout(0.1)
        port: int = server.getsockname()[1]
        self.accepted[port] = 0
        self._run(lambda: self._accept(server, port))
        return port

    def _accept(self, server: socket.socket, port: int) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = server.accept()
                connection.settimeout(0.1)
                self.accepted[port] += 1
                self._run(partial(self._talk, connection))

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            self._speak(connection, self._stop)

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for server in self._servers:
            server.close()


@pytest.fixture(params=[say_nothing, drip], ids=["silent", "dripping"])
def dead(request: pytest.FixtureRequest) -> Iterator[DeadDevices]:
    devices = DeadDevices(request.param)
    yield devices
    devices.end()


def test_dead_sockets_end_in_their_time_and_the_device_behind_them_has_its_turn(
    dead: DeadDevices, benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    bench = benches.start("ios")
    living = host_of_bench(bench)
    ports = {platform: dead.start() for platform in PLATFORMS}
    hosts = tuple(
        PlaybookHost(
            name=f"dead-{platform}",
            platform=platform,
            address="127.0.0.1",
            port=port,
            credential=living.credential,
            timeout_seconds=1.0,
        )
        for platform, port in ports.items()
    )
    # Two slots: unless dead ones are freed, the living device behind them never has its turn.
    narrow = RunPlace(place.folder, place.lock_folder, forks=2)
    result = collect_devices((*hosts, living), narrow)

    assert {one.device: (one.state, one.changed) for one in result.hosts} == {
        **{host.name: ("failed", False) for host in hosts},
        living.name: ("ok", False),
    }
    assert all(dead.accepted[port] for port in ports.values())
    collection = result.host(living.name).collection
    assert collection is not None
    assert lines_of(collection.running) == lines_of(bench.twin.state().running)


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line != "!"]
