"""What a running lab leaves in its folder, so that it can be found, asked and stopped."""

import json
import os
from pathlib import Path
from typing import Literal

from lab.errors import LabRunError
from lab.processes import ProcessRecord, end_processes, is_alive


class LabRecord(ProcessRecord):
    """The process of a lab and what it was started from."""

    state: Literal["starting", "ready"]
    lab_file: str
    door: str | None = None


def record_file(folder: Path) -> Path:
    """Return where the record lies."""
    return folder / "lab.json"


def read_record(folder: Path) -> LabRecord | None:
    """Return the record of a folder, None where there is none."""
    try:
        return LabRecord.model_validate_json(record_file(folder).read_text())
    except FileNotFoundError:
        return None


def write_record(folder: Path, record: LabRecord) -> None:
    """Write the record in one step."""
    write_atomically(record_file(folder), record.model_dump_json(indent=2) + "\n")


def write_atomically(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file so that a reader finds all of it or none."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    beside.replace(path)


def end_lab(record: LabRecord, *, patience_seconds: float) -> None:
    """Ask the process of a record to stop, and kill it when it does not.

    Raises:
        LabRunError: It is still there after that.

    """
    end_processes([record], grace_seconds=patience_seconds)
    if is_alive(record):
        raise LabRunError(f"lab process {record.pid} does not end; look at it with: ps -p {record.pid}")


def to_json(content: object) -> str:
    """Return content as readable JSON."""
    return json.dumps(content, indent=2) + "\n"
