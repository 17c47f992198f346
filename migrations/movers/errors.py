"""What can go wrong while a server is moved.

MoverError
├── NBDMissingError          libnbd's Python bindings are not installed
├── DiskExportError          a disk could not be offered or reached over NBD
├── DisksDifferError         source and target do not have disks of the same names, or too small ones
├── SpaceRunsOutError        the source's storage fills up while a backup is open
├── StepOrderError           a step was called before the ones it builds on
├── MoveBusyError            another process works on the same move
├── ChecksumMismatchError    source and target are not equal after the last delta
├── SideNotSafeError         a side is not in the state that keeps both from serving
└── SourceChangedError       the source's disks changed after they were compared
"""

from migrations.errors import MigrationsError


class MoverError(MigrationsError):
    """The base of everything that a mover raises itself."""


class NBDMissingError(MoverError):
    """The Python bindings of libnbd are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "disks cannot be moved: libnbd's Python bindings are not installed. Install Debian's "
            "python3-libnbd and run `make setup` again.",
        )


class DiskExportError(MoverError):
    """A disk could not be offered or reached over NBD."""

    def __init__(self, disk: str, problem: str) -> None:
        self.disk = disk
        self.problem = problem
        super().__init__(f"disk {disk} is not usable over NBD: {problem}. Correct that and repeat the step.")


class DisksDifferError(MoverError):
    """The disks of source and target do not fit together."""

    def __init__(self, server: str, problem: str) -> None:
        self.server = server
        self.problem = problem
        super().__init__(
            f"server {server!r} cannot be moved: {problem}. Correct the target's disks and preview again."
        )


class SpaceRunsOutError(MoverError):
    """The source's storage fills up while a backup is open; a full one would stop the source."""

    def __init__(self, server: str, *, free_bytes: int, reserve_bytes: int) -> None:
        self.server = server
        self.free_bytes = free_bytes
        self.reserve_bytes = reserve_bytes
        super().__init__(
            f"copying of {server!r} was stopped to keep it serving: its host's storage has {free_bytes} "
            f"bytes free, less than the reserve of {reserve_bytes}. Free space there and repeat.",
        )


class StepOrderError(MoverError):
    """A step was called before the ones it builds on, or after the move's end."""

    def __init__(self, server: str, *, step: str, phase: str) -> None:
        self.server = server
        self.step = step
        self.phase = phase
        super().__init__(
            f"{step} of server {server!r} is not possible while its move is {phase}. "
            "Carry out the steps in their order.",
        )


class MoveBusyError(MoverError):
    """Another process works on the same move."""

    def __init__(self, server: str) -> None:
        self.server = server
        super().__init__(f"another process is moving server {server!r} now. Wait until it has ended.")


class ChecksumMismatchError(MoverError):
    """Source and target are not equal after the last delta; the target must not be started."""

    def __init__(self, server: str, disks: tuple[str, ...]) -> None:
        self.server = server
        self.disks = disks
        super().__init__(
            f"server {server!r}: the checksums of {', '.join(disks)} differ between source and target. "
            "Nothing was fenced or started; take the move back and seed again.",
        )


class SideNotSafeError(MoverError):
    """A side is not in the state that keeps source and target from serving both."""

    def __init__(self, server: str, *, side: str, problem: str) -> None:
        self.server = server
        self.side = side
        self.problem = problem
        super().__init__(
            f"server {server!r}: its {side} {problem}, so going on could let both sides serve. "
            "Find out who did that; then go on, or take the move back.",
        )


class SourceChangedError(MoverError):
    """The source's or the target's disks changed after they were compared."""

    def __init__(self, server: str, disks: tuple[str, ...]) -> None:
        self.server = server
        self.disks = disks
        super().__init__(
            f"server {server!r}: {', '.join(disks)} changed after the comparison. Repeat the last delta and "
            "the comparison.",
        )
