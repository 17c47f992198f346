"""A worker process: reads the path of a municipality's folder from each line, answers one line of JSON.

It ends when its input ends, so it never outlives the process that started it by more than one municipality.
"""

import json
import signal
import sys
from pathlib import Path
from typing import IO

from inventory.checking.municipality_check import check_municipality
from inventory.errors import InventoryReadError
from inventory.loaders.yaml_directory import listed_municipality_files


def answer(folder: Path) -> bytes:
    """Return one line: the digest of the files with the result, or null where they cannot be read.

    Whoever asks has read the same files a moment ago, so it needs no reason: they changed in between.
    """
    try:
        files = listed_municipality_files(folder)
    except InventoryReadError:
        return b"null"
    result = check_municipality(files).model_dump_json().encode()
    return b'{"digest":"%s","result":%s}' % (files.digest().encode(), result)


def serve(lines: IO[bytes], answers: IO[bytes]) -> None:
    """Answer every line until there are no more."""
    for line in lines:
        answers.write(answer(Path(json.loads(line))) + b"\n")
        answers.flush()


def main() -> None:
    """Serve the process that started this one; Ctrl-C is for that process to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
