"""What a control on servers needs, or the error that names the section that was not collected."""

from typing import Final, TypeVar

from compliance.controls.finding import Finding, Observed, conclude
from compliance.errors import MissingOutput
from devices.facts import DeviceFacts, ServerFacts
from devices.facts.servers import Packages, Setting, Settings, Unit, Units

Topic = TypeVar("Topic")


def server_of(facts: DeviceFacts) -> ServerFacts:
    """Return what a server told.

    Raises:
        MissingOutput: these are the facts of something else.
    """
    if facts.server is None:
        raise MissingOutput("collect_server.sh")
    return facts.server


def told(topic: Topic | None, section: str) -> Topic:
    """Return a topic of a server.

    Raises:
        MissingOutput: its section was not collected, or collecting it failed.
    """
    if topic is None:
        raise MissingOutput(section)
    return topic


def runs_ssh(sshd: Settings) -> bool:
    """Return whether there is an SSH server at all."""
    return sshd.present


def no_ssh_server() -> Finding:
    """Return what is said where there is nothing to log in to."""
    return conclude((), nothing="the server runs no SSH server")


def is_setting(settings: Settings, name: str, wanted: str, *, of: str) -> Observed:
    """Observe whether the last statement of a name has a value."""
    stated = settings.last(name)
    if stated is None:
        return Observed(good=False, message=f"{of} does not state {name}", lines=settings.lines)
    good = stated.value.lower() == wanted
    return Observed(good=good, message=f"{of}: {name} is {stated.value}", lines=stated.lines)


def unit_runs(units: Units, name: str) -> Observed:
    """Observe whether a unit runs and is started at boot; a masked one is not."""
    unit = units.units.get(name)
    if unit is None:
        return Observed(good=False, message=f"nothing is told of {name}", lines=units.lines)
    return Observed(good=unit.in_use, message=_said(unit), lines=unit.lines)


def _said(unit: Unit) -> str:
    if unit.in_use:
        return f"{unit.name} is enabled and active"
    return f"{unit.name} is {unit.starts} and {unit.runs}"


def without_packages(packages: Packages, unwanted: tuple[str, ...], what: str) -> Observed:
    """Observe that none of some packages is installed."""
    found = [packages.installed[name] for name in unwanted if name in packages.installed]
    if found:
        names = ", ".join(one.name for one in found)
        lines = tuple(line for one in found for line in one.lines)
        return Observed(good=False, message=f"{names} is installed", lines=lines)
    return Observed(good=True, message=f"no package of {what} is installed", lines=packages.lines)


def in_blocks(matches: Settings, name: str) -> tuple[Setting, ...]:
    """Return what Match blocks of sshd say of a keyword.

    Raises:
        MissingOutput: a file that is included was not collected, so that its blocks are not known.
    """
    for one in matches.all("include"):
        path = next((path for path in one.value.split() if path not in _COLLECTED), None)
        if path is not None or one.block is not None:
            raise MissingOutput(f"sshd files: {path or one.value}")
    return tuple(one for one in matches.stated if one.name == name and one.block is not None)


_COLLECTED: Final = frozenset({"/etc/ssh/sshd_config.d/*.conf"})
