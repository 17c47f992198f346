"""Scheduled collection: look at every municipality again and again, and tell what nobody approved."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from migrations.collection import collect_and_judge
from migrations.drift import DeviceDrifted, compare_with_approved
from migrations.errors import NothingToDo
from migrations.event_delivery import EventDelivery
from migrations.programme import Programme
from playbooks.errors import PlaybookError

_LONGEST_SLEEP_SECONDS: Final = 30.0
_DELIVERY_SECONDS: Final = 1.0


@dataclass(frozen=True)
class WatchOptions:
    """When to look; the seed makes the jitter the same in every process that watches the same."""

    interval_seconds: float
    jitter_seconds: float
    seed: int
    rounds: int | None = None

    def pause_seconds(self, municipality: str, number: int) -> float:
        """Return how long after a round the next one starts: the interval and at most the jitter."""
        chance = random.Random(f"{self.seed}:{municipality}:{number}")  # noqa: S311 - it spreads load
        return self.interval_seconds + chance.uniform(0, self.jitter_seconds)


@dataclass(frozen=True)
class WatchRound:
    """What one look at a municipality came to; ``message`` says why there was none."""

    municipality: str
    number: int
    drifted: tuple[DeviceDrifted, ...]
    next_due_at: datetime
    message: str

    @property
    def compared(self) -> tuple[DeviceDrifted, ...]:
        """Return the devices that could be looked at and have an approved configuration."""
        return tuple(one for one in self.drifted if one.drift is not None)

    @property
    def differing(self) -> tuple[DeviceDrifted, ...]:
        """Return the devices that are not as they were approved."""
        return tuple(one for one in self.drifted if one.drift is not None and one.drift.lines)


Tell = Callable[[WatchRound], None]


def watch(
    programme: Programme,
    municipalities: tuple[str, ...],
    options: WatchOptions,
    delivery: EventDelivery,
    *,
    stop: threading.Event,
    tell: Tell,
) -> int:
    """Look at municipalities until told to stop or all rounds are done; return how many were done.

    The schedule lies in the records: a watch that was stopped goes on when the next round is due, and one
    that was killed in a round does that round again. Events are delivered beside, so that no receiver holds
    up a round. When told to stop, a round that has begun is ended first.

    Raises:
        NothingToDo: a municipality is not in the inventory, or none was named.
        LockHeld: another process watches one of them.
    """
    if not municipalities:
        raise NothingToDo("no municipality is named; nothing would be watched")
    for name in municipalities:
        programme.municipality(name)
    with ExitStack() as stack:
        for name in sorted(set(municipalities)):
            stack.enter_context(programme.records.locks.hold(f"watch {name}"))
        stack.enter_context(_delivering(delivery))
        done = 0
        for name in _due(programme, tuple(sorted(set(municipalities))), stop):
            tell(look(programme, name, options))
            done += 1
            if options.rounds is not None and done >= options.rounds:
                break
        return done


def look(programme: Programme, municipality: str, options: WatchOptions) -> WatchRound:
    """Collect from a municipality once, compare, raise events, and write down when it is due again."""
    with programme.records.writing() as transaction:
        number = transaction.watches.begin(municipality, now=programme.clock())
    run, message = "", ""
    drifted: tuple[DeviceDrifted, ...] = ()
    try:
        collected = collect_and_judge(programme, selection=f"municipality={municipality}")
        run, drifted = collected.run, compare_with_approved(programme, collected)
    except PlaybookError as error:
        message = f"nothing could be collected: {error}"
    now = programme.clock()
    next_due_at = now + timedelta(seconds=options.pause_seconds(municipality, number))
    with programme.records.writing() as transaction:
        transaction.watches.end(municipality, run=run, at=now, next_due_at=next_due_at)
        if message:
            transaction.journal.append(
                actor=programme.actor, action="fail to watch", subject=municipality, why=message
            )
    return WatchRound(municipality, number, drifted, next_due_at, message)


def _due(programme: Programme, municipalities: tuple[str, ...], stop: threading.Event) -> Iterator[str]:
    """Yield the municipality that is due, each time one is, until told to stop."""
    while not stop.is_set():
        now = programme.clock()
        with programme.records.reading() as transaction:
            known = {name: transaction.watches.get(name) for name in municipalities}
        times = {name: now if row is None else row.next_due_at for name, row in known.items()}
        name = min(municipalities, key=lambda one: (times[one], one))
        seconds = (times[name] - now).total_seconds()
        if seconds <= 0:
            yield name
        else:
            # The clock of the machine may be set; a long sleep would not notice.
            stop.wait(min(seconds, _LONGEST_SLEEP_SECONDS))


@contextmanager
def _delivering(delivery: EventDelivery) -> Iterator[None]:
    """Deliver events in a thread of their own; at the end what is due is tried once more."""
    stop = threading.Event()
    thread = threading.Thread(
        target=delivery.run,
        kwargs={"stop": stop, "every_seconds": _DELIVERY_SECONDS},
        name="event-delivery",
        daemon=True,
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    delivery.deliver_due()
