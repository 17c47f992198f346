"""One thread that takes the connections of every open port of a process, however many twins there are."""

import selectors
import socket
import threading
from collections.abc import Callable

Accept = Callable[[socket.socket], None]


class Acceptor:
    """Waits at all listening sockets at once; its thread lives while there is one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watch: _Watch | None = None

    def add(self, listener: socket.socket, accept: Accept) -> None:
        """Hand every connection to a listening socket to ``accept``, which must not wait for anything."""
        listener.settimeout(0)
        with self._lock:
            if self._watch is None:
                self._watch = _Watch()
            self._watch.selector.register(listener, selectors.EVENT_READ, accept)

    def remove(self, listener: socket.socket) -> None:
        """Take nothing more from a socket; it may be closed afterwards."""
        with self._lock:
            watch = self._watch
            if watch is None:
                return
            watch.selector.unregister(listener)
            if not watch.is_last():
                return
            self._watch = None
        watch.end()


class _Watch:
    """One life of the thread."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self._bell, self._button = socket.socketpair()
        self.selector.register(self._bell, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="acceptor", daemon=True)
        self._thread.start()

    def is_last(self) -> bool:
        """Return whether no listening socket is left."""
        return len(self.selector.get_map()) == 1

    def end(self) -> None:
        """Let the thread end; wait for it unless it is the one that asks."""
        self._button.close()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self._bell:
                    self.selector.close()
                    self._bell.close()
                    return
                self._take(key)

    @staticmethod
    def _take(key: selectors.SelectorKey) -> None:
        listener = key.fileobj
        if not isinstance(listener, socket.socket):
            return
        try:
            connection, _ = listener.accept()
        except OSError:
            # The socket was shut meanwhile, or who came is gone already.
            return
        connection.settimeout(None)
        key.data(connection)


ACCEPTOR = Acceptor()
"""The acceptor of this process: twins are made one by one, and share it all the same."""
