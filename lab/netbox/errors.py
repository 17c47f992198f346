"""What goes wrong in the stand-in.

LabError
└── StandInError        it is asked to hold or do something that it cannot
"""

from lab.errors import LabError


class StandInError(LabError):
    """The stand-in is asked to hold or do something that it cannot."""
