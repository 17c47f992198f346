"""What an undertaking gives a device, what it takes the place of, and what is left to a person."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import Field, TypeAdapter

from compliance.models import Model
from compliance.remediation.models import ManualItem
from devices.models import JudgedPlatform


class OldValue(Model):
    """A value of before that the lines take away, as a person may read it."""

    topic: str
    value: str


class Undertaking(Model):
    """The lines that bring a device where it shall be; no lines where it is there already."""

    device: str
    lines: str = ""
    old: tuple[OldValue, ...] = ()
    manual: tuple[ManualItem, ...] = ()


class TakeoverLines(Model):
    """The lines of one platform; a topic that is done by hand there has its reason instead."""

    steps: Mapping[str, str] = {}
    by_hand: Mapping[str, str] = {}
    most_mirrors: int = Field(default=0, ge=0)


@cache
def takeover_lines() -> Mapping[JudgedPlatform, TakeoverLines]:
    """Return the lines of every platform."""
    text = files("compliance").joinpath("data/takeover.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[JudgedPlatform, TakeoverLines]).validate_python(yaml.safe_load(text))
