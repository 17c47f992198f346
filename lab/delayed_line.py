"""The line between a client and a twin where a latency profile says how long and how thin it is."""

import contextlib
import heapq
import itertools
import random
import select
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from lab.models import LatencyProfile

_CHUNK_BYTES: Final = 65536
_BITS_PER_BYTE: Final = 8
_MILLI: Final = 0.001


@dataclass(slots=True)
class _Direction:
    """One way of the line: what was sent later arrives later."""

    source: socket.socket
    sink: socket.socket
    chance: random.Random
    first_seconds: float = 0.0
    free_at: float = 0.0
    arrived_at: float = 0.0
    is_over: bool = False


@dataclass(order=True, slots=True)
class _Parcel:
    due: float
    number: int
    way: _Direction = field(compare=False)
    data: bytes = field(compare=False)


class DelayedLine:
    """Carries bytes between an accepted connection and whoever serves it, late and no faster than allowed.

    Known limits:
        The system's own handshake takes no time; the first bytes of the device wait a round trip longer.
    """

    def __init__(self, accepted: socket.socket, profile: LatencyProfile, name: str) -> None:
        """Begin to carry; ``near`` is the device's end of the line.

        Args:
            accepted: The client's connection; the line closes it.
            profile: How long everything takes.
            name: What makes the jitter of this line differ from another's with the same seed.
        """
        self.near, far = socket.socketpair()
        self._profile = profile
        self._pair = (accepted, far)
        chances = [random.Random(f"{profile.seed}/{name}/{way}") for way in "io"]  # noqa: S311 - repeatable on purpose
        self._ways = (
            _Direction(accepted, far, chances[0]),
            _Direction(far, accepted, chances[1], first_seconds=profile.round_trip_ms * _MILLI),
        )
        self._parcels: list[_Parcel] = []
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._run, name=f"line-{name}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Cut the line; what is under way is lost."""
        for one in self._pair:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def join(self, seconds: float) -> None:
        """Wait until nothing is carried any more."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            while self._parcels or not all(way.is_over for way in self._ways):
                self._take()
                self._deliver()
        except OSError:
            # Either end is gone; nobody waits for the rest.
            pass
        finally:
            self.end()
            for one in self._pair:
                one.close()

    def _take(self) -> None:
        """Read what has arrived, and wait for more until the next parcel is due."""
        reading = {way.source: way for way in self._ways if not way.is_over}
        wait = max(0.0, self._parcels[0].due - time.monotonic()) if self._parcels else None
        ready, _, _ = select.select(list(reading), (), (), wait)
        for source in ready:
            way = reading[source]
            data = source.recv(_CHUNK_BYTES)
            way.is_over = not data
            heapq.heappush(self._parcels, _Parcel(self._due(way, len(data)), next(self._numbers), way, data))

    def _due(self, way: _Direction, size_bytes: int) -> float:
        """Return when so many bytes that were sent now arrive at the other end."""
        profile = self._profile
        rate = profile.kilobits_per_second
        way.free_at = max(way.free_at, time.monotonic())
        way.free_at += size_bytes * _BITS_PER_BYTE / (rate * 1000) if rate is not None else 0.0
        one_way = profile.round_trip_ms / 2 + way.chance.uniform(0, profile.jitter_ms)
        late, way.first_seconds = way.first_seconds, 0.0
        way.arrived_at = max(way.arrived_at, way.free_at + one_way * _MILLI + late)
        return way.arrived_at

    def _deliver(self) -> None:
        while self._parcels and self._parcels[0].due <= time.monotonic():
            parcel = heapq.heappop(self._parcels)
            if parcel.data:
                parcel.way.sink.sendall(parcel.data)
            else:
                parcel.way.sink.shutdown(socket.SHUT_WR)
