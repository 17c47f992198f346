"""Crawl a network round by round: many addresses at once, and the same result however fast they answer."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from ipaddress import IPv4Address
from typing import Final

from devices.discovery.conclusion import conclude
from devices.discovery.crawl import next_visits
from devices.discovery.identify import Identifier
from devices.discovery.models import Answer, CrawlLimits, Discovery, NotReached, Visit

Report = Callable[[str, int, int], None]
"""What is being done, how many of it are done, and how many there are."""

WORKERS: Final = 16


def discover(
    identifier: Identifier,
    seeds: tuple[IPv4Address, ...],
    limits: CrawlLimits,
    *,
    workers: int = WORKERS,
    report: Report = lambda _what, _done, _total: None,
) -> Discovery:
    """Return what can be found from a few addresses.

    An interrupt (Ctrl-C) ends the crawl and keeps what was found; what was not visited is told as such.

    Args:
        identifier: finds out what is at an address; every call of it has to end by itself.
        seeds: where to begin.
        limits: what is never exceeded.
        workers: how many addresses are visited at once.
        report: told of every answer.

    """
    answers: dict[IPv4Address, Answer] = {}
    number = 0
    while visits := next_visits(answers, seeds, limits):
        number += 1
        if not _visit(identifier, visits, answers, workers, _in_round(report, number)):
            return conclude(answers, seeds, limits, interrupted=True)
    return conclude(answers, seeds, limits)


def _in_round(report: Report, number: int) -> Report:
    return lambda what, done, total: report(f"round {number}: {what}", done, total)


def _visit(
    identifier: Identifier,
    visits: tuple[Visit, ...],
    answers: dict[IPv4Address, Answer],
    workers: int,
    report: Report,
) -> bool:
    """Visit every address of a round; False where that was interrupted."""
    stopped = threading.Event()

    def identify(visit: Visit) -> Answer:
        if stopped.is_set():
            return NotReached(kind="interrupted", reason="the run was stopped before its turn; run it again")
        return identifier.identify(visit)

    pool = ThreadPoolExecutor(max_workers=min(workers, len(visits)), thread_name_prefix="discovery")
    running: dict[Future[Answer], IPv4Address] = {
        pool.submit(identify, visit): visit.address for visit in visits
    }
    try:
        for done, future in enumerate(as_completed(running), 1):
            answers[running[future]] = _answer_of(future)
            report(str(running[future]), done, len(running))
    except KeyboardInterrupt:
        stopped.set()
        for future, address in running.items():
            if future.done() and not future.cancelled():
                answers.setdefault(address, _answer_of(future))
        return False
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return True


def _answer_of(future: Future[Answer]) -> Answer:
    try:
        return future.result()
    except Exception as error:
        # The edge of a thread: whatever an answer of a stranger broke, the crawl tells it as not reached, and
        # the command ends with exit code 1. The traceback may hold what was typed, so it stays at debug.
        logging.getLogger(__name__).debug("a visit ended unexpectedly", exc_info=True)
        kind = type(error).__name__
        return NotReached(kind="failed", reason=f"an answer of it could not be understood ({kind})")
