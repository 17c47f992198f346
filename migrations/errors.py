"""What can go wrong in the controller.

MigrationsError
├── PlanInvalid          a plan file is broken, of another kind, or not the plan that is stored
├── PlanStale            the world has moved on since the plan was made
├── GateClosed           a gate does not let a cutover through
├── NothingToDo          a command that would do nothing says so
├── BackupNotWritten     a backup could not be given out
├── BackupNotWhole       what is sealed is not the backup that the records name
├── OfflinePackNotWritten the folder of an offline pack is taken or cannot be written
├── ReceiversInvalid     the file of receivers of events is not right
├── EventNotDelivered    a receiver did not take an event; it is tried again
├── StepFailed           a step of a runbook could not reach its goal; its runbook goes back
└── RunInterrupted       a durable run ended without telling how
"""


class MigrationsError(Exception):
    """Base of everything the controller raises."""


class PlanInvalid(MigrationsError):
    """A plan is broken, of another kind, or not the one that is stored."""


class PlanStale(MigrationsError):
    """The world has moved on since the plan was made."""


class GateClosed(MigrationsError):
    """A gate does not let a cutover through."""


class NothingToDo(MigrationsError):
    """A command would do nothing; that is told rather than passed over."""


class BackupNotWritten(MigrationsError):
    """A backup could not be given out; what was asked for is not there."""


class BackupNotWhole(MigrationsError):
    """What is sealed is not the backup that the records name."""


class OfflinePackNotWritten(MigrationsError):
    """The folder of an offline pack is taken or cannot be written."""


class ReceiversInvalid(MigrationsError):
    """The file of receivers of events is not right."""


class EventNotDelivered(MigrationsError):
    """A receiver did not take an event; it is tried again."""


class StepFailed(MigrationsError):
    """A step could not reach its goal; the runbook goes back."""


class RunInterrupted(MigrationsError):
    """A durable run ended without telling how."""
