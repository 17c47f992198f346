"""The path between a change and a device: it forwards every byte, until it is told to fail."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Final

_RESET: Final = struct.pack("ii", 1, 0)
_CHUNK_BYTES: Final = 65536
_JOIN_SECONDS: Final = 5.0


class Relay:
    """A loopback port that leads to another; connections can be cut, and the path can be dark."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._threads: list[threading.Thread] = []
        self._dark = False
        self._left = 0
        self._action: Callable[[], None] | None = None
        self._loses_answer = False
        self._accepting = threading.Thread(target=self._accept, name="relay", daemon=True)

    @property
    def port(self) -> int:
        """Return the port that clients connect to."""
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Forward in threads of its own."""
        self._accepting.start()

    def stop(self) -> None:
        """Close every socket and end every thread."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        self._accepting.join(_JOIN_SECONDS)
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)

    def cut(self) -> None:
        """Reset every connection that is open now; new ones are taken."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for one in pair:
                _reset(one)

    def darken(self) -> None:
        """Reset every connection, and each that comes, until the path is lit again."""
        self._dark = True
        self.cut()

    def light(self) -> None:
        """Let connections through again."""
        self._dark = False

    @property
    def is_dark(self) -> bool:
        """Return whether nothing gets through."""
        return self._dark

    def lose_next_answer(self) -> None:
        """Cut everything when the device next says something, and let nobody hear it."""
        self._loses_answer = True

    def arm(self, requests: int, action: Callable[[], None]) -> None:
        """Run an action once, before the so-manieth portion of bytes from the client is passed on."""
        with self._lock:
            self._left, self._action = requests, action

    def disarm(self) -> Callable[[], None] | None:
        """Return the action if it has not run, and forget it."""
        with self._lock:
            action, self._action = self._action, None
            return action

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._dark:
                _reset(client)
                continue
            try:
                device = socket.create_connection(("127.0.0.1", self._target_port), timeout=5)
            except OSError:
                _reset(client)
                continue
            self._join(client, device)

    def _join(self, client: socket.socket, device: socket.socket) -> None:
        device.settimeout(None)
        pair = (client, device)
        for one in pair:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._pairs.add(pair)
        for source, sink, hook in (
            (client, device, self._before_request),
            (device, client, self._before_answer),
        ):
            thread = threading.Thread(target=self._pump, args=(pair, source, sink, hook), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _pump(
        self,
        pair: tuple[socket.socket, socket.socket],
        source: socket.socket,
        sink: socket.socket,
        hook: Callable[[], None],
    ) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK_BYTES):
                hook()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
            return
        with self._lock:
            known = pair in self._pairs
            self._pairs.discard(pair)
        if known:
            for one in pair:
                _reset(one)

    def _before_request(self) -> None:
        with self._lock:
            if self._action is None:
                return
            self._left -= 1
            if self._left > 0:
                return
            action, self._action = self._action, None
        action()

    def _before_answer(self) -> None:
        if self._loses_answer:
            self._loses_answer = False
            self.cut()


def _reset(one: socket.socket) -> None:
    """Close a socket as a path that breaks does; a thread that reads from it wakes up."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
