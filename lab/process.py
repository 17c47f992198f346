"""The lab process: twins, guests and the second door, composed from a lab file and kept in one folder."""

import os
import random
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lab.clock import SystemClock
from lab.door import Door
from lab.errors import LabRunError
from lab.guest_image import default_cache_folder
from lab.lab_file import LabFile, load_configuration, load_lab_file
from lab.lab_record import (
    LabRecord,
    end_lab,
    read_record,
    record_file,
    to_json,
    write_atomically,
    write_record,
)
from lab.platforms import MANAGEMENT_PORTS, twin_class
from lab.probe import RECORD_NAME, Probe
from lab.processes import is_alive, live_process
from lab.twin import CertifiedTwin, Clock, CommandLineTwin, KnownTwin, Twin, TwinCredential

if TYPE_CHECKING:
    from lab.guest_lab import GuestLab

_USERNAME = "samdrift"
_PATIENCE_SECONDS = 60.0


class LabProcess:
    """One lab in one folder; runs in the process that calls it."""

    def __init__(self, lab_file: Path, folder: Path, clock: Clock | None = None) -> None:
        self._path = lab_file.resolve()
        self._folder = folder.resolve()
        self._clock = clock or SystemClock()
        self._file = load_lab_file(self._path)
        self._credential = TwinCredential(_USERNAME, secrets.token_urlsafe(18))
        self._stack = ExitStack()
        self.twins: dict[str, Twin] = {}

    def start(self) -> None:
        """Start everything and publish its endpoints.

        Raises:
            LabError: A child of it says what does not start; what had started is stopped again.

        """
        _claim(self._folder, self._path)
        self._stack.callback(_remove_published, self._folder)
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise

    def stop(self) -> None:
        """Stop everything that was started; transcripts stay."""
        self._stack.close()

    def _start(self) -> None:
        for spec in self._file.twins:
            configuration = load_configuration(self._path, spec)
            folder = self._folder / "twins" / spec.name
            folder.mkdir(parents=True, exist_ok=True)
            twin = twin_class(spec.platform)(spec, configuration, self._credential, folder, self._clock)
            self.twins[spec.name] = twin
        for twin in self.twins.values():
            twin.start()
            self._stack.callback(self._end_twin, twin)
        guests = _guest_lab(self._file, self._folder)
        if guests is not None:
            # Machines of an earlier lab in this folder are still defined there, with their disks.
            guests.stop()
            shutil.rmtree(guests.folder, ignore_errors=True)
            # Registered first: an interrupt between the two lines would leave machines behind.
            self._stack.callback(guests.stop)
            guests.start()
            if guests.guests:
                self._observe(guests)
        door = Door(self.twins)
        door.start()
        self._stack.callback(door.stop)
        self._publish(guests, door)

    def _observe(self, guests: "GuestLab") -> None:
        """Start the probe; it ends before the guests do."""
        record = self._folder / RECORD_NAME
        record.unlink(missing_ok=True)
        probe = Probe(guests.endpoints().servers, record)
        probe.start()
        self._stack.callback(probe.stop)

    def _end_twin(self, twin: Twin) -> None:
        twin.stop()
        transcripts = self._folder / "transcripts"
        transcripts.mkdir(exist_ok=True)
        write_atomically(transcripts / f"{twin.name}.txt", "".join(f"{line}\n" for line in twin.transcript()))

    def _publish(self, guests: "GuestLab | None", door: Door) -> None:
        credential = self._folder / "device-credential.json"
        content = {"username": self._credential.username, "password": self._credential.password}
        write_atomically(credential, to_json(content), mode=0o600)
        endpoints = {
            "devices": {twin.name: _device(twin, credential) for twin in self.twins.values()},
            "addresses": {
                f"{one.management_address}:{MANAGEMENT_PORTS[one.platform]}": _device(
                    self.twins[one.name], credential
                )
                for one in self._file.twins
                if one.management_address
            },
            **(_guest_endpoints(guests) if guests is not None else {"hypervisors": {}, "servers": {}}),
        }
        write_atomically(self._folder / "endpoints.json", to_json(endpoints))
        write_record(self._folder, _own_record(self._path, door.address))


def stop_lab(folder: Path, *, patience_seconds: float = _PATIENCE_SECONDS) -> bool:
    """Stop the lab of a folder, whether it runs or was killed; return whether there was one.

    Raises:
        LabRunError: Its process does not end.

    """
    folder = folder.resolve()
    record = read_record(folder)
    if record is None:
        return False
    end_lab(record, patience_seconds=patience_seconds)
    lab_file = Path(record.lab_file)
    if lab_file.exists():
        guests = _guest_lab(load_lab_file(lab_file), folder)
        if guests is not None:
            guests.stop()
    _remove_published(folder)
    return True


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Turn SIGTERM into the interrupt that SIGINT is already, and take the first one only."""

    def interrupt(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    earlier = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _claim(folder: Path, lab_file: Path) -> None:
    """Make a folder this process's own; what a killed lab left in it is cleaned up first."""
    folder.mkdir(parents=True, exist_ok=True)
    record = read_record(folder)
    if record is not None and is_alive(record) and record.pid != os.getpid():
        raise LabRunError(
            f"a lab (process {record.pid}) runs in {folder} already; stop it with: "
            f"samdrift-lab down --folder {folder}"
        )
    if record is not None and record.pid != os.getpid():
        stop_lab(folder)
    write_record(folder, _own_record(lab_file, None))


def _own_record(lab_file: Path, door: str | None) -> LabRecord:
    this = live_process(os.getpid())
    if this is None:
        raise LabRunError("this process is not listed below /proc; mount /proc and start the lab again")
    return LabRecord(
        pid=this.pid,
        start_ticks=this.start_ticks,
        state="ready" if door is not None else "starting",
        lab_file=str(lab_file),
        door=door,
    )


def _remove_published(folder: Path) -> None:
    for name in ("endpoints.json", "device-credential.json"):
        (folder / name).unlink(missing_ok=True)
    record_file(folder).unlink(missing_ok=True)


def _guest_lab(lab_file: LabFile, folder: Path) -> "GuestLab | None":
    if not lab_file.hosts:
        return None
    # Twins alone need no libvirt, and its bindings may not be there.
    from lab.guest_lab import GuestLab  # noqa: PLC0415

    return GuestLab(
        lab_file.hosts,
        lab_file.guests,
        folder / "g",
        cache_folder=default_cache_folder(),
        randomness=random.SystemRandom(),
    )


def _device(twin: Twin, credential: Path) -> dict[str, object]:
    return {
        "address": "127.0.0.1",
        "port": twin.port,
        **({"ssh_port": twin.ssh_port} if isinstance(twin, CommandLineTwin) else {}),
        "credential": f"file:{credential}",
        "ca_file": str(twin.ca_file) if isinstance(twin, CertifiedTwin) else None,
        "host_key": twin.host_key if isinstance(twin, KnownTwin) else None,
    }


def _guest_endpoints(guests: "GuestLab") -> dict[str, object]:
    endpoints = guests.endpoints()
    return {
        "hypervisors": {
            name: {
                "uri": one.uri,
                "storage_folder": one.storage_folder,
                "boot": {"kernel": one.kernel, "initrd": one.initrd, "arguments": one.boot_arguments},
            }
            for name, one in endpoints.hypervisors.items()
        },
        "servers": {
            name: one.model_dump(mode="json", include={"municipal", "centre"})
            for name, one in endpoints.servers.items()
        },
    }
