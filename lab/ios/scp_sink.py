"""The receiving end of SCP: one file into the flash."""

import re
from typing import Protocol

from lab.ios.file_system import FileSystem, flash_name

_HEADER = re.compile(rb"C(?P<mode>[0-7]{4}) (?P<size>\d+) (?P<name>.+)\n")
_OK = b"\0"


class ScpChannel(Protocol):
    """What the sink needs of an SSH channel."""

    def recv(self, nbytes: int) -> bytes:
        """Return what arrived, nothing at the end."""

    def sendall(self, s: bytes) -> None:
        """Send everything."""


def receive_file(channel: ScpChannel, files: FileSystem, path: str, *, allowed: bool) -> bool:
    """Receive one file as ``scp -t`` does and return whether it was kept."""
    name = flash_name(path)
    if not allowed:
        channel.sendall(b"\x02Administratively disabled.\n")
        return False
    if not name:
        channel.sendall(f"\x02{path}: Invalid path\n".encode())
        return False
    channel.sendall(_OK)
    header = _read_header(channel)
    if header is None:
        channel.sendall(b"\x02protocol error\n")
        return False
    size = int(header["size"])
    if not files.takes(size):
        channel.sendall(f"\x02{path}: No space left on device\n".encode())
        return False
    channel.sendall(_OK)
    content = _read_exactly(channel, size + 1)
    if content is None or content[-1:] != _OK:
        return False
    files.write(name, content[:-1])
    channel.sendall(_OK)
    return True


def _read_header(channel: ScpChannel) -> re.Match[bytes] | None:
    """Read control lines up to the one that announces a file; times are taken note of and ignored."""
    while True:
        line = b""
        while not line.endswith(b"\n"):
            byte = channel.recv(1)
            if not byte:
                return None
            line += byte
        if not line.startswith(b"T"):
            return _HEADER.fullmatch(line)
        channel.sendall(_OK)


def _read_exactly(channel: ScpChannel, count: int) -> bytes | None:
    content = b""
    while len(content) < count:
        piece = channel.recv(count - len(content))
        if not piece:
            return None
        content += piece
    return content
