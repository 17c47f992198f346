"""What goes wrong with the lab's libvirt hosts, guests and probe.

LabError
├── LibvirtHostError      a libvirt host of the lab cannot be prepared, started or ended
│   ├── ProgramMissingError       a program or module of the Debian packages is absent
│   ├── FolderTooLongError        unix sockets below the folder would pass 108 bytes
│   ├── FolderNotUsableError      the daemon's user cannot reach or write the folder
│   ├── HostAlreadyRunningError   a daemon of this folder is alive
│   ├── HostNotRunningError       something was asked of a host that is not started
│   └── HostStartError            the daemon died or did not answer in time
├── GuestError            a guest cannot be built, started or reached
│   ├── GuestImageError           kernel, initrd or disk could not be made
│   ├── GuestSpecError            guests and hosts do not fit together
│   ├── GuestPortError            a port that a guest is to publish is in use, or none is free
│   ├── GuestLibvirtError         libvirt refused to define, start or end a guest
│   └── GuestNotServingError      a guest was started and its HTTP did not answer in time
└── ProbeError            the probe cannot observe or its record cannot be read
"""

from pathlib import Path

from lab.errors import LabError


class LibvirtHostError(LabError):
    """A libvirt host of the lab cannot be prepared, started or ended."""

    def __init__(self, host: str, message: str) -> None:
        super().__init__(f"libvirt host {host}: {message}")
        self.host = host


class ProgramMissingError(LibvirtHostError):
    """A program or module of the Debian packages is absent."""

    def __init__(self, host: str, *, program: str, package: str) -> None:
        super().__init__(
            host, f"{program} was not found. Install the Debian package {package}, then start again."
        )
        self.program = program
        self.package = package


class FolderTooLongError(LibvirtHostError):
    """Unix sockets below the folder would pass the 108 bytes that the kernel allows."""

    def __init__(self, host: str, *, folder: Path, longest_bytes: int) -> None:
        super().__init__(
            host,
            f"folder {folder} is longer than {longest_bytes} bytes, so unix sockets below it would pass the "
            "kernel's limit. Give a short folder directly under the temporary directory.",
        )
        self.folder = folder
        self.longest_bytes = longest_bytes


class FolderNotUsableError(LibvirtHostError):
    """The daemon's user cannot reach or write the folder."""

    def __init__(self, host: str, *, folder: Path, obstacle: Path, owner_uid: int, reason: str) -> None:
        super().__init__(
            host,
            f"folder {folder} cannot be used by user {owner_uid}: {obstacle} {reason}. "
            f"Let others pass through it (chmod o+x {obstacle}) or give another folder.",
        )
        self.folder = folder
        self.obstacle = obstacle
        self.owner_uid = owner_uid


class HostAlreadyRunningError(LibvirtHostError):
    """A daemon of this folder is alive."""

    def __init__(self, host: str, *, folder: Path, pid: int) -> None:
        super().__init__(
            host, f"process {pid} already serves {folder}. Stop it first, or give another folder."
        )
        self.folder = folder
        self.pid = pid


class HostNotRunningError(LibvirtHostError):
    """Something was asked of a host that is not started."""

    def __init__(self, host: str) -> None:
        super().__init__(host, "is not running. Start it first.")


class HostStartError(LibvirtHostError):
    """The daemon died or did not answer in time."""

    def __init__(self, host: str, *, reason: str, log: Path) -> None:
        super().__init__(host, f"{reason}. Read the end of {log}, remove the cause and start again.")
        self.log = log


class GuestError(LabError):
    """A guest cannot be built, started or reached."""


class GuestImageError(GuestError):
    """Kernel, initrd or disk could not be made."""


class GuestSpecError(GuestError):
    """Guests and hosts do not fit together."""


class GuestPortError(GuestError):
    """A port that a guest is to publish is in use, or none is free."""


class GuestLibvirtError(GuestError):
    """Libvirt refused to define, start or end a guest."""

    def __init__(self, guest: str, *, host: str, action: str, reason: str) -> None:
        super().__init__(f"guest {guest} on host {host}: libvirt could not {action} it: {reason}")
        self.guest = guest
        self.host = host
        self.action = action


class GuestNotServingError(GuestError):
    """A guest was started and its HTTP did not answer in time."""

    def __init__(self, guest: str, *, address: str, seconds: float, console: Path) -> None:
        super().__init__(
            f"guest {guest}: no HTTP answer with its text at {address} within {seconds:.0f} s. "
            f"Read its console in {console}."
        )
        self.guest = guest
        self.console = console


class ProbeError(LabError):
    """The probe cannot observe, or its record cannot be read."""
