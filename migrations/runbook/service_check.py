"""See whether a server serves: ask as a user would and compare the answer."""

import time
from collections.abc import Callable
from typing import Protocol

import httpx2

from inventory.models import ServiceCheck

_ASK_TIMEOUT_SECONDS = 2.0
_PAUSE_SECONDS = 0.2


class Probe(Protocol):
    """Asks one address once; returns '' when it serves, else why not."""

    def __call__(self, address: str, port: int, check: ServiceCheck) -> str:
        """Ask once."""


def ask_over_http(address: str, port: int, check: ServiceCheck) -> str:
    """Ask once over HTTP, without a proxy and without following anywhere."""
    url = f"http://{address}:{port}{check.path}"
    try:
        answer = httpx2.get(url, timeout=_ASK_TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
    except httpx2.HTTPError as error:
        return f"{url} gave no answer ({type(error).__name__})"
    if answer.status_code != httpx2.codes.OK:
        return f"{url} answered {answer.status_code}"
    if check.expect not in answer.text:
        return f"{url} answered without '{check.expect}'"
    return ""


def wait_until_serving(
    address: str,
    port: int,
    check: ServiceCheck,
    *,
    timeout_seconds: float,
    probe: Probe = ask_over_http,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Ask until a server serves or the time is over; return '' or the last reason why it does not."""
    deadline = monotonic() + timeout_seconds
    while True:
        reason = probe(address, port, check)
        if not reason or monotonic() >= deadline:
            return reason
        sleep(_PAUSE_SECONDS)
