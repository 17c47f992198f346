"""How often a credential may be refused before it is not tried any more, so that nobody is locked out."""

import threading
from collections import Counter


class LoginBudget:
    """Counts logins by credential; safe for threads.

    Never more logins are under way with a credential than may still be refused, so that the bound holds also
    when many devices are asked at once.
    """

    def __init__(self, refusals_at_most: int) -> None:
        self._at_most = refusals_at_most
        self._refused: Counter[str] = Counter()
        self._under_way: Counter[str] = Counter()
        self._tried: Counter[str] = Counter()
        self._changed = threading.Condition()

    def begin(self, credential: str) -> bool:
        """Wait for a turn to log in; False where the credential was refused too often."""
        with self._changed:
            while self._refused[credential] < self._at_most:
                if self._refused[credential] + self._under_way[credential] < self._at_most:
                    self._under_way[credential] += 1
                    self._tried[credential] += 1
                    return True
                self._changed.wait()
            return False

    def end(self, credential: str, *, refused: bool) -> None:
        """Say how a login ended."""
        with self._changed:
            self._under_way[credential] -= 1
            self._refused[credential] += refused
            self._changed.notify_all()

    def tried(self) -> dict[str, int]:
        """Return how many logins were made with each credential."""
        with self._changed:
            return dict(self._tried)
