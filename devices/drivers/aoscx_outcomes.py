"""How a change of an AOS-CX switch can end other than well, as its NAPALM driver says it."""


class TimerRunsAlready(Exception):
    """An automatic checkpoint of somebody else runs on the switch."""


class ChangedMeanwhile(Exception):
    """Running is no longer what the lines were compared with."""


class UnforeseenEffect(Exception):
    """The switch made something else of the lines than was foreseen; the text says what."""


class TimerRanOut(Exception):
    """The switch took the change back, or no longer has it as this session's."""
