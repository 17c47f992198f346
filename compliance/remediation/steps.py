"""Steps that mend, and the lines each of them is on a platform."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple, Protocol

import yaml
from pydantic import Field, TypeAdapter

from compliance.context import DeviceContext
from compliance.errors import ControlTableInvalid
from compliance.models import Model
from devices.facts import DeviceFacts


class NotMendable(Exception):
    """A failure cannot be mended by lines; the reason says what a person does instead."""


class Step(NamedTuple):
    """One thing to change, without a platform's words for it."""

    name: str
    values: Mapping[str, str] = {}


class Mender(Protocol):
    """How one control is mended."""

    def __call__(self, facts: DeviceFacts, context: DeviceContext, /) -> Iterator[Step]:
        """Yield the steps, or raise NotMendable."""


class MirrorLimits(Model):
    """How a platform names mirror sessions, and how many it is sure to carry."""

    numbered: bool
    most_sessions: int = Field(ge=0)


class PlatformLines(Model):
    """The lines of one platform."""

    algorithms: Mapping[str, str] = {}
    mirror: MirrorLimits | None = None
    management_vrfs: Mapping[str, str] = {}
    steps: Mapping[str, str] = {}


@cache
def platform_lines() -> Mapping[str, PlatformLines]:
    """Return the lines of every platform, put together from the files of all topics.

    Raises:
        ControlTableInvalid: two files say the same thing of a platform.
    """
    together: dict[str, dict[str, dict[str, object]]] = {}
    folder = files("compliance").joinpath("data/remediation")
    written = (one for one in folder.iterdir() if one.name.endswith(".yaml"))
    for path in sorted(written, key=lambda one: one.name):
        for platform, parts in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for part, values in parts.items():
                known = together.setdefault(platform, {}).setdefault(part, {})
                twice = sorted(known.keys() & values.keys())
                if twice:
                    raise ControlTableInvalid(f"{path.name}: {platform} has {', '.join(twice)} already")
                known.update(values)
    return TypeAdapter(dict[str, PlatformLines]).validate_python(together)


def render(platform: str, steps: Iterable[Step]) -> tuple[tuple[str, ...], ...]:
    """Return the block of lines of each step, equal blocks once, all of one section under one header.

    Raises:
        NotMendable: the platform has no lines for a step.
    """
    known = platform_lines().get(platform)
    templates = {} if known is None else known.steps
    blocks: list[tuple[str, ...]] = []
    for step in steps:
        template = templates.get(step.name)
        if template is None:
            raise NotMendable(f"{platform} has no line for it that is sure to be right; change it by hand")
        block = tuple(template.format_map(step.values).rstrip("\n").split("\n"))
        if block not in blocks:
            blocks.append(block)
    return join_sections(blocks)


def join_sections(blocks: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return the blocks with all lines of one section under its first header."""
    joined: list[tuple[str, ...]] = []
    for block in blocks:
        at = next(
            (at for at, one in enumerate(joined) if _is_section(block) and _is_section(one, block[0])), None
        )
        if at is None:
            joined.append(block)
        else:
            joined[at] = (*joined[at], *(line for line in block[1:] if line not in joined[at]))
    return tuple(joined)


def _is_section(block: tuple[str, ...], header: str | None = None) -> bool:
    if header is not None and block[0] != header:
        return False
    return len(block) > 1 and all(line.startswith(" ") for line in block[1:])
