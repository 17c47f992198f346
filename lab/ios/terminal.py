"""An exec command of IOS with what it may act on."""

from dataclasses import dataclass

from lab.ios.device import IOSDevice
from lab.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Command:
    """An exec command with what it may act on."""

    device: IOSDevice
    terminal: Terminal
    user: str
    words: tuple[str, ...]
