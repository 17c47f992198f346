"""NETCONF framing: the end-of-message mark of version 1.0 and the chunks of version 1.1 (RFC 6242)."""

import re
from typing import Final

from lab.junos.errors import FramingError

END_OF_MESSAGE: Final = b"]]>]]>"
_CHUNK_HEADER: Final = re.compile(rb"\n#([1-9][0-9]{0,9})\n")
_END_OF_CHUNKS: Final = b"\n##\n"
_LONGEST_HEADER: Final = 14


class FrameReader:
    """Collects received bytes and gives out whole messages."""

    def __init__(self) -> None:
        self._buffer = b""
        self._message = b""
        self.chunked = False

    def feed(self, data: bytes) -> None:
        """Take received bytes."""
        self._buffer += data

    def next(self) -> bytes | None:
        """Return the next whole message, or None where more must be received first.

        Raises:
            FramingError: The bytes are no chunk where chunks were agreed upon.
        """
        return self._next_chunked() if self.chunked else self._next_marked()

    def _next_marked(self) -> bytes | None:
        message, mark, rest = self._buffer.partition(END_OF_MESSAGE)
        if not mark:
            return None
        self._buffer = rest
        return message

    def _next_chunked(self) -> bytes | None:
        while self._buffer:
            if self._buffer.startswith(_END_OF_CHUNKS):
                message, self._message = self._message, b""
                self._buffer = self._buffer[len(_END_OF_CHUNKS) :]
                return message
            header = _CHUNK_HEADER.match(self._buffer)
            if header is None:
                if len(self._buffer) >= _LONGEST_HEADER:
                    raise FramingError(f"no chunk header in {self._buffer[:_LONGEST_HEADER]!r}")
                return None
            end = header.end() + int(header[1])
            if len(self._buffer) < end:
                return None
            self._message += self._buffer[header.end() : end]
            self._buffer = self._buffer[end:]
        return None


def frame(message: bytes, *, chunked: bool) -> bytes:
    """Return a message ready to be sent."""
    if chunked:
        return b"\n#%d\n%b%b" % (len(message), message, _END_OF_CHUNKS)
    return message + END_OF_MESSAGE
