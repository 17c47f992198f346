"""The automation stitches that fire once, as the configuration says it in the device's local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lab.fortios.tree import Block

_DEFAULT_ZONE = "US/Pacific"


@dataclass(frozen=True, slots=True)
class Stitch:
    """A stitch with a one-time trigger and the scripts that it runs."""

    name: str
    due: datetime
    scripts: tuple[str, ...]


def zone_of(root: Block) -> ZoneInfo:
    """Return the configured time zone; old releases write a number, which is taken as none."""
    name = root.section("system global").text_of("timezone", _DEFAULT_ZONE)
    return ZoneInfo(_DEFAULT_ZONE if name.isdigit() else name)


def timed_stitches(root: Block) -> tuple[Stitch, ...]:
    """Return the stitches of a configuration whose trigger fires once."""
    triggers = root.section("system automation-trigger").entries
    actions = root.section("system automation-action").entries
    found = []
    for name, stitch in root.section("system automation-stitch").entries.items():
        trigger = triggers.get(stitch.text_of("trigger"), Block())
        due = due_time(trigger, zone_of(root))
        if stitch.text_of("status", "enable") == "enable" and due is not None:
            named = [one.text_of("action") for one in stitch.section("actions").entries.values()]
            scripts = tuple(
                actions[one].text_of("script")
                for one in named
                if one in actions and actions[one].text_of("action-type") == "cli-script"
            )
            found.append(Stitch(name, due, scripts))
    return tuple(found)


def due_time(trigger: Block, zone: ZoneInfo) -> datetime | None:
    """Return when a one-time trigger fires, None where it is another kind."""
    if trigger.text_of("trigger-type") != "scheduled" or trigger.text_of("trigger-frequency") != "once":
        return None
    written = trigger.text_of("trigger-datetime")
    try:
        local = datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
    except ValueError:
        return None
    return local.astimezone(UTC)
