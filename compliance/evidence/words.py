"""The Danish words of the pages, and how days and moments are written."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from inventory.local_time import LOCAL_ZONE

VERDICT_WORDS: Final[Mapping[str, str]] = {
    "PASS": "Opfyldt",
    "FAIL": "Ikke opfyldt",
    "ERROR": "Uafklaret",
    "WAIVED": "Undtaget",
    "NOT_APPLICABLE": "Ikke relevant",
}
EVIDENCE_WORDS: Final[Mapping[str, str]] = {"yes": "ja", "partial": "delvist", "no": "nej"}
FUNCTION_WORDS: Final[Mapping[str, str]] = {
    "prevent": "forebygger",
    "detect": "opdager",
    "handle": "håndterer",
}
SEVERITY_WORDS: Final[Mapping[str, str]] = {"high": "høj", "medium": "middel", "low": "lav"}
STATE_WORDS: Final[Mapping[str, str]] = {
    "in force": "gælder",
    "ended": "udløbet",
    "not yet granted": "gælder endnu ikke",
}
FINDING_WORDS: Final[Mapping[str, str]] = {
    "unused": "Bruges ikke",
    "expired": "Udløbet",
    "over-broad": "For bred",
    "too-long": "For lang",
    "owner-missing": "Ejer mangler",
    "measure-missing": "Foranstaltning mangler",
}


def render_day(day: date | None) -> str:
    """Return a day as people in Denmark write it."""
    return "–" if day is None else f"{day:%d.%m.%Y}"


def render_moment(moment: datetime | None) -> str:
    """Return a time in Denmark as people there write it."""
    return "–" if moment is None else f"{moment.astimezone(LOCAL_ZONE):%d.%m.%Y kl. %H.%M}"


def render_span(seconds: int) -> str:
    """Return how long something took, in the largest two units that say something."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return f"{days} d {hours % 24} t"
    return f"{hours} t {minutes % 60} min" if hours else f"{minutes} min {seconds % 60} s"
