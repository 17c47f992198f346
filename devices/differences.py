"""The difference of two configurations, for platforms whose devices compute none."""

from collections.abc import Callable, Mapping
from typing import Final

from devices import aoscx_difference, fortios_difference, nxos_difference
from devices.masking import mask_secrets
from devices.models import Platform

_DIFFERENCES: Final[Mapping[Platform, Callable[[str, str], str]]] = {
    "fortios": fortios_difference.difference_of_texts,
    "aoscx": aoscx_difference.difference_of_texts,
    "nxos": nxos_difference.difference_of_texts,
}


def configuration_difference(platform: Platform, before: str, after: str) -> str:
    """Return what makes two running configurations differ, in the form of the platform's forecast, masked.

    Raises:
        ConfigurationTextError: one of them cannot be read.
        KeyError: the platform's devices compute their differences themselves.
    """
    return mask_secrets(_DIFFERENCES[platform](before, after))
