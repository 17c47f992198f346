"""Read what is set for some logins only: the Match blocks of sshd's files."""

from collections.abc import Iterator

from devices.facts.servers import Setting
from devices.parsers.linux.collection import Content
from devices.parsers.linux.settings import uncommented


def in_match_blocks(_file: str, lines: tuple[Content, ...]) -> Iterator[Setting]:
    """Yield what stands in Match blocks, with the block's condition, and every ``Include``.

    A block goes on to the next Match or the end of its file. What stands outside of blocks is effective as
    ``sshd -T`` tells it, where the first value wins.
    """
    block: str | None = None
    for line, text in uncommented(lines):
        name, _, value = text.replace("=", " ", 1).partition(" ")
        keyword = name.lower()
        if keyword == "match":
            block = value.strip()
        elif block is not None or keyword == "include":
            yield Setting(name=keyword, value=value.strip().strip('"'), block=block, lines=(line,))
