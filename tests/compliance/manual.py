"""Cells of the table whose failures no lines mend, and the reason that the plan gives for it."""

from typing import Final

from devices.models import Platform

MANUAL: Final[dict[tuple[str, Platform], str]] = {}
