"""What every fact is made of: lines, and whether they or a default say it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from devices.masking import mask_secrets

VLANNumbers = tuple[tuple[int, int], ...]
ALL_VLANS: Final[VLANNumbers] = ((1, 4094),)


class ConfigLine:
    """A line of the configuration; numbers count from 1.

    Whoever reads ``text`` or a representation gets it with secrets masked. That is done when somebody first
    asks: of the lines of a country almost none are ever shown.
    """

    __slots__ = ("_masked", "_written", "number")

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self._written = text
        self._masked: str | None = None

    @property
    def text(self) -> str:
        """Return the line with secrets masked."""
        if self._masked is None:
            self._masked = _mask(self._written)
        return self._masked

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ConfigLine):
            return NotImplemented
        return self.number == other.number and self.text == other.text

    def __hash__(self) -> int:
        return hash((self.number, self.text))

    def __repr__(self) -> str:
        return f"ConfigLine(number={self.number!r}, text={self.text!r})"


@lru_cache(maxsize=65_536)
def _mask(written: str) -> str:
    # The lines that are shown repeat from port to port and from device to device.
    return mask_secrets(written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that lines of the configuration say; a fact without a line is a mistake of its parser."""

    lines: tuple[ConfigLine, ...]
    by_default: bool = False

    def __post_init__(self) -> None:
        if not self.lines:
            msg = f"a {type(self).__name__} without the lines that say it"
            raise ValueError(msg)
