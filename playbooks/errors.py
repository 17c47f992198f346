"""What can go wrong around a playbook run.

::

    PlaybookError
    ├── RunRefused        the run was not started: nothing to do, or the request contradicts itself
    ├── RunBroken         ansible-runner ended without a result that can be believed
    └── RequestUnreadable a plugin was handed a request that it cannot read

What happened to a single device is never an exception but a ``HostResult``.
"""


class PlaybookError(Exception):
    """Something failed around a playbook run."""


class RunRefused(PlaybookError):
    """The run was not started."""


class RunBroken(PlaybookError):
    """The run ended without a result that can be believed."""


class RequestUnreadable(PlaybookError):
    """A plugin was handed a request that it cannot read."""
