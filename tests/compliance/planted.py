"""One planted violation: where it goes into a compliant configuration, and what it must give."""

from typing import NamedTuple


class Planted(NamedTuple):
    """What is planted: text that stands in the compliant configuration, and what replaces it."""

    control: str
    platform: str
    old: str
    new: str
    mended_by: str | None = ""
    also: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.control}-{self.platform}-{self.new[:40].strip() or 'removed ' + self.old[:30].strip()}"
