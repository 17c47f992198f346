"""No process of a run outlives the one that started it: the kernel ends it when its parent is gone."""

import ctypes
import os
import signal
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # prctl(2)


def end_with_parent(parent_pid: int, end_signal: signal.Signals) -> None:
    """Ask the kernel to send ``end_signal`` to this process when its parent ends.

    Args:
        parent_pid: who the parent is meant to be; if it is gone already, the signal comes at once.
        end_signal: what to send.

    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(end_signal), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), end_signal)
