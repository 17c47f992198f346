"""Twins for the tests of the lab; each is stopped at the end, with the drivers that are connected to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lab.clock import ManualClock
from tests.lab.twin_bench import EOS, FORTIOS, IOS, JUNOS, START, TwinBench, starting_text, twin_bench


@pytest.fixture
def manual_clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def make_ios_bench(manual_clock: ManualClock, tmp_path: Path) -> Iterator[Callable[..., TwinBench]]:
    with ExitStack() as stack:

        def make(text: str | None = None, *, name: str = IOS.name) -> TwinBench:
            spec = IOS.model_copy(update={"name": name})
            return stack.enter_context(twin_bench(spec, tmp_path, manual_clock, text=text))

        yield make


@pytest.fixture
def ios_bench(make_ios_bench: Callable[..., TwinBench]) -> TwinBench:
    return make_ios_bench()


@pytest.fixture
def ios_twin(ios_bench: TwinBench) -> Any:
    return ios_bench.twin


@pytest.fixture
def eos_bench(tmp_path: Path, manual_clock: ManualClock) -> Iterator[TwinBench]:
    with twin_bench(EOS, tmp_path, manual_clock) as bench:
        yield bench


@pytest.fixture
def junos_bench(tmp_path: Path, manual_clock: ManualClock) -> Iterator[TwinBench]:
    with twin_bench(JUNOS, tmp_path, manual_clock) as bench:
        yield bench


@pytest.fixture
def make_fortios_bench(tmp_path: Path, manual_clock: ManualClock) -> Iterator[Callable[..., TwinBench]]:
    """Return a function that starts the twin, with a piece of its starting configuration replaced or not."""
    with ExitStack() as stack:

        def make(*change: str) -> TwinBench:
            text = starting_text(FORTIOS)
            assert not change or text.count(change[0]) == 1
            return stack.enter_context(
                twin_bench(FORTIOS, tmp_path, manual_clock, text=text.replace(*change) if change else text)
            )

        yield make
