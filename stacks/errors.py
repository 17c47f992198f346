"""What can go wrong with stacks.

StackError
├── ToolchainError           the Pulumi CLI or the provider's program is missing
├── PassphraseError          the passphrase file is missing or open to others
├── StackArgsError           the wanted landing zone is not possible
├── StackMissingError        there is no such stack
├── StackLockedError         another run holds the stack
├── HypervisorChangedError   the stack's resources are on another platform than the wanted one
├── PreviewChangedError      what would be done now is not what was approved
├── ProtectedError           a protected machine would be deleted or replaced
├── LeftoverError            objects of a destroyed stack are still on the platform
└── StackFailedError         Pulumi or the platform refused; the reasons name the resources
"""

from pathlib import Path


class StackError(Exception):
    """The base of everything that this room raises."""


class ToolchainError(StackError):
    """The Pulumi CLI or the provider's program is missing."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. Run `make setup`.")


class PassphraseError(StackError):
    """The passphrase file is missing or open to others."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"passphrase file {path}: {problem}")
        self.path = path


class StackArgsError(StackError):
    """The wanted landing zone is not possible."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"landing zone, {key}: {problem}")
        self.key = key


class StackMissingError(StackError):
    """There is no such stack."""

    def __init__(self, stack: str) -> None:
        super().__init__(f"there is no stack {stack!r} yet: preview and apply it first.")
        self.stack = stack


class StackLockedError(StackError):
    """Another run holds the stack."""

    def __init__(self, stack: str, holder: str) -> None:
        super().__init__(
            f"stack {stack!r} is being changed by {holder}: wait until that has ended, then repeat."
        )
        self.stack = stack
        self.holder = holder


class HypervisorChangedError(StackError):
    """The stack's resources are on another platform than the wanted one."""

    def __init__(self, stack: str, *, built_on: str, wanted: str) -> None:
        super().__init__(
            f"stack {stack!r} was built on {built_on}, but {wanted} is wanted now: destroy it there first, "
            "or forget it where that platform is gone for good."
        )
        self.stack = stack


class PreviewChangedError(StackError):
    """What would be done now is not what was approved."""

    def __init__(self, stack: str, *, approved: str, found: str) -> None:
        super().__init__(
            f"stack {stack!r}: approved is preview {approved[:12]}, but what would be done now is preview "
            f"{found[:12]}. Nothing was changed; look at the new preview and have it approved."
        )
        self.approved = approved
        self.found = found


class ProtectedError(StackError):
    """A protected machine would be deleted or replaced."""

    def __init__(self, stack: str, resources: tuple[str, ...]) -> None:
        names = ", ".join(resources)
        super().__init__(
            f"stack {stack!r}: {names} would be deleted or replaced, but is protected. Nothing was changed; "
            "put it back into the inventory, or release the protection on purpose."
        )
        self.resources = resources


class LeftoverError(StackError):
    """Objects of a destroyed stack are still on the platform."""

    def __init__(self, stack: str, objects: tuple[str, ...]) -> None:
        super().__init__(
            f"stack {stack!r} is destroyed, but the platform still has {', '.join(objects)} of its: "
            "apply it again so that they are adopted, then destroy it."
        )
        self.objects = objects


class StackFailedError(StackError):
    """Pulumi or the platform refused."""

    def __init__(self, stack: str, action: str, reasons: tuple[str, ...]) -> None:
        super().__init__(f"{action} of stack {stack!r} failed: {'; '.join(reasons)}")
        self.stack = stack
        self.reasons = reasons
