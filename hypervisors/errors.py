"""What can go wrong with a virtualisation platform.

HypervisorError
├── LibraryMissingError        libvirt's Python bindings are not installed
├── UnreachableError           the platform does not answer
├── PlatformRefusedError       the platform answered with an error of its own
│   └── PortTakenError         a published port is in use on the host
├── ObjectMissingError         there is no such network or machine
├── ObjectTakenError           the name belongs to another owner
├── ObjectDiffersError         the object exists with other properties
├── ObjectInUseError           a network that machines still use
├── NotDescribableError        a machine that the project's models cannot hold
├── WrongStateError            the machine is running, off or paused where it must not be
├── GuestStaysOnError          the guest did not shut down in time
├── FencedError                a move forbids what was asked
├── DiskError                  a disk file is missing, in the way, too small or of the wrong format
│   └── SpaceShortError        too little free space in a storage folder
└── ChangedBlocksError         a backup job or checkpoint cannot be used
    └── CheckpointLostError    the record of changed blocks is gone or broken; seed again
"""


class HypervisorError(Exception):
    """The base of everything that this room raises."""


class LibraryMissingError(HypervisorError):
    """The Python bindings of libvirt are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "libvirt cannot be used: its Python bindings are not installed. Install Debian's libvirt-dev, "
            "gcc and python3-libnbd and run `make setup` again.",
        )


class UnreachableError(HypervisorError):
    """The platform does not answer."""

    def __init__(self, uri: str, detail: str) -> None:
        self.uri = uri
        self.detail = detail
        super().__init__(
            f"libvirt at {uri} is not reachable: {detail}. Check that its daemon runs and that this user "
            "may use the socket, then repeat.",
        )


class PlatformRefusedError(HypervisorError):
    """The platform answered a request with an error of its own."""

    def __init__(self, action: str, subject: str, detail: str) -> None:
        self.action = action
        self.subject = subject
        self.detail = detail
        super().__init__(
            f"{action} of {subject!r} was refused: {detail}. Correct what the platform names and repeat."
        )


class PortTakenError(PlatformRefusedError):
    """A published port of the machine is in use on the host."""


class ObjectMissingError(HypervisorError):
    """There is no such network or machine."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"there is no {kind} {name!r} on this host. Create it or correct the name.")


class ObjectTakenError(HypervisorError):
    """The name belongs to somebody else."""

    def __init__(self, kind: str, name: str, *, owner: str, wanted_owner: str) -> None:
        self.kind = kind
        self.name = name
        self.owner = owner
        super().__init__(
            f"{kind} {name!r} belongs to {owner!r}, not to {wanted_owner!r}, and was left alone. "
            "Choose another name or let its owner remove it.",
        )


class ObjectDiffersError(HypervisorError):
    """The object exists with other properties than the wanted ones."""

    def __init__(self, kind: str, name: str, fields: tuple[str, ...]) -> None:
        self.kind = kind
        self.name = name
        self.fields = fields
        super().__init__(
            f"{kind} {name!r} exists but differs in {', '.join(fields)}. Update it, or delete it first "
            "where that cannot be updated.",
        )


class ObjectInUseError(HypervisorError):
    """A network that machines still use."""

    def __init__(self, kind: str, name: str, users: tuple[str, ...]) -> None:
        self.kind = kind
        self.name = name
        self.users = users
        super().__init__(f"{kind} {name!r} is used by {', '.join(users)}. Delete those first.")


class NotDescribableError(HypervisorError):
    """A machine that the project's models cannot hold."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"machine {name!r} cannot be described: {reason}. It cannot be managed or moved.")


class WrongStateError(HypervisorError):
    """The machine is not in the state that the request needs."""

    def __init__(self, name: str, *, state: str, wanted: str, action: str) -> None:
        self.name = name
        self.state = state
        self.wanted = wanted
        super().__init__(
            f"{action} of machine {name!r} needs it {wanted}, but it is {state}. Bring it there and repeat."
        )


class GuestStaysOnError(HypervisorError):
    """The guest did not shut down in time."""

    def __init__(self, name: str, timeout_seconds: float) -> None:
        self.name = name
        self.timeout_seconds = timeout_seconds
        super().__init__(
            f"machine {name!r} did not shut down within {timeout_seconds:g} s of the power button. "
            "Look at its console; shut it down from inside, then repeat.",
        )


class FencedError(HypervisorError):
    """A move forbids what was asked of a machine."""

    def __init__(self, name: str, *, move: str, action: str) -> None:
        self.name = name
        self.move = move
        super().__init__(
            f"{action} of machine {name!r} is refused: move {move!r} has fenced it, because its other side "
            "may serve. Take the move back to lift the fence.",
        )


class DiskError(HypervisorError):
    """A disk file cannot be used as it is."""

    def __init__(self, path: str, problem: str, next_action: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"disk {path}: {problem}. {next_action}")


class SpaceShortError(DiskError):
    """A storage folder has too little free space."""

    def __init__(self, path: str, *, free_bytes: int, needed_bytes: int) -> None:
        self.free_bytes = free_bytes
        self.needed_bytes = needed_bytes
        super().__init__(
            path,
            f"{free_bytes} bytes are free, {needed_bytes} are needed",
            "Free space in that folder and repeat.",
        )


class ChangedBlocksError(HypervisorError):
    """A backup job or checkpoint cannot be used."""

    def __init__(self, name: str, problem: str, next_action: str) -> None:
        self.name = name
        self.problem = problem
        super().__init__(f"changed blocks of machine {name!r}: {problem}. {next_action}")


class CheckpointLostError(ChangedBlocksError):
    """The record of changed blocks since a checkpoint is gone or broken."""

    def __init__(self, name: str, checkpoint: str, detail: str) -> None:
        self.checkpoint = checkpoint
        super().__init__(name, f"checkpoint {checkpoint!r} is lost ({detail})", "Seed the server again.")
