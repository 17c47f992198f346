"""What can go wrong on the way to, on, and back from a device.

::

    DeviceError
    ├── DeviceUnreachable        no session could be opened
    ├── LoginRefused             the device answered and refused the login
    ├── TLSRefused               the device's certificate is not the one we trust
    ├── HostKeyUnknown           no SSH host key is recorded for the device; nothing was sent
    ├── HostKeyChanged           the device shows another SSH host key than the recorded one; nothing was sent
    ├── ConnectionLost           a session that was open died, or the device stopped answering
    ├── CommandRefused           the device refused a show command or an action
    ├── ConfigurationRefused     the device refused a configuration line
    ├── CapabilityMissing        the platform, its driver or this device cannot do what was asked
    ├── RevertTimerInvalid       the revert timer is outside what the platform can count
    ├── LockHeld                 another run, or another person on the device, holds the lock
    ├── PendingCommit            an unconfirmed commit of another is waiting on the device
    ├── EffectDiffers            the device made something else of the lines than was approved
    ├── NotOurCommit             what is pending is not, or no longer, the commit that this object made
    │   └── RevertTimerLost      the commit was taken, and nothing is pending for it any more
    ├── NothingStaged            a diff or commit was asked for before anything was staged
    └── UnexpectedAnswer         the device answered with something that its driver cannot read

Every message says what failed, on which device, and what to do next. Library exceptions are translated where
they enter; their text is never passed on unread, because some of them hold addresses with credentials.
"""


class DeviceError(Exception):
    """Something failed on, or on the way to, one device."""

    def __init__(self, device: str, message: str) -> None:
        """Keep the device beside the message."""
        super().__init__(f"{device}: {message}")
        self.device = device
        self.reason = message

    def __reduce__(self) -> tuple[type["DeviceError"], tuple[str, ...]]:
        """Rebuild from the arguments, so that the error crosses process borders."""
        return (type(self), (self.device, self.reason))


class DeviceUnreachable(DeviceError):
    """No session could be opened."""


class LoginRefused(DeviceError):
    """The device answered and refused the login."""


class TLSRefused(DeviceError):
    """The device's certificate is not one that we trust."""


class HostKeyUnknown(DeviceError):
    """No SSH host key is recorded for the device; nothing was sent to it."""


class HostKeyChanged(DeviceError):
    """The device shows another SSH host key than the recorded one; nothing was sent to it."""


class ConnectionLost(DeviceError):
    """A session that was open died, or the device stopped answering; what it did last is not known."""


class CommandRefused(DeviceError):
    """The device refused a show command or an action."""


class ConfigurationRefused(DeviceError):
    """The device refused a configuration line; ``line`` is its own text with secrets masked."""

    def __init__(self, device: str, line: str) -> None:
        """Keep what the device said."""
        super().__init__(
            device,
            f"the device refused the configuration: {line}; correct the line and plan the change again",
        )
        self.line = line

    def __reduce__(self) -> tuple[type[DeviceError], tuple[str, ...]]:
        """Rebuild from the device's own text."""
        return (type(self), (self.device, self.line))


class CapabilityMissing(DeviceError):
    """The platform, its driver or this device cannot do what was asked."""


class RevertTimerInvalid(DeviceError):
    """The revert timer is outside what the platform can count."""


class LockHeld(DeviceError):
    """Another run, or another person on the device, holds the lock."""


class PendingCommit(DeviceError):
    """An unconfirmed commit is waiting on the device."""


class EffectDiffers(DeviceError):
    """The device made something else of the lines than was approved; they are in force until taken back."""


class NotOurCommit(DeviceError):
    """What is pending on the device is not, or no longer, the commit that this object made."""


class RevertTimerLost(NotOurCommit):
    """The commit was taken, and nothing is pending for it any more: it went back, or it stays."""


class NothingStaged(DeviceError):
    """A diff or commit was asked for before anything was staged."""


class UnexpectedAnswer(DeviceError):
    """The device answered with something that its driver cannot read."""
