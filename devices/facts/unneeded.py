"""Services that hardly anybody needs, each as the platform calls it."""

from dataclasses import dataclass

from devices.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallService(Fact):
    """A service that hardly anybody needs: whether it is on, None where nothing states it.

    ``used`` says that other lines lean on it.
    """

    name: str
    enabled: bool | None
    used: bool = False
