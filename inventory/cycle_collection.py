"""Pause the search for cycles while an inventory is read.

Reading makes millions of small objects, all of them in use and none in a cycle. Python's collector looks
through them again and again and finds nothing, which costs more than the reading itself.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cycle_collection_paused() -> Iterator[None]:
    """Keep the collector of this process from searching; reference counting goes on as always."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()
