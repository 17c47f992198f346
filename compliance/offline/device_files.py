"""The files that a device is judged from: its configuration, its site values, what it showed.

In a folder every file is a configuration, but for those named ``NAME.context.yaml`` (or ``.yml``, ``.json``),
which hold the site values of the device NAME; they may name its platform too. What devices answered to
commands lies in one folder for each device, a file for each command, named as the command with ``_`` for
spaces and ``%2F`` for slashes: ``show_ip_dhcp_snooping.txt``. A folder without such folders is of one device.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from compliance.errors import ContextInvalid
from devices.evidence_commands import EVIDENCE_COMMANDS
from devices.models import JudgedPlatform
from inventory.models import ControlException

_CONTEXT: Final = (".context.yaml", ".context.yml", ".context.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFiles:
    """One device: its name, where its files lie, and what is known of it beside them.

    ``context`` holds the site values as JSON or YAML, ``context_name`` tells people where they come from.
    """

    device: str
    config: Path
    context: bytes
    context_name: str
    platform: JudgedPlatform | None = None
    shows: Path | None = None
    exceptions: tuple[ControlException, ...] = field(default=())


def files_in_folder(
    folder: Path,
    *,
    platform: JudgedPlatform | None = None,
    context: Path | None = None,
    shows: Path | None = None,
) -> Iterator[DeviceFiles]:
    """Yield the devices whose configurations lie in a folder, by name.

    Args:
        folder: Where the configurations lie.
        platform: Whose they are, where it is one; else each context names it, or it is detected.
        context: The site values of all that have no file of their own.
        shows: A folder for each device with what it answered to commands.

    Raises:
        ContextInvalid: two files are of one device, or a device has no site values.
        OSError: the folder or a context cannot be read.
    """
    for_all = None if context is None else (context.read_bytes(), str(context))
    seen: dict[str, Path] = {}
    for path in configurations_in(folder):
        if path.stem in seen:
            raise ContextInvalid(
                f"{seen[path.stem].name} and {path.name} are both of {path.stem}; keep one of them"
            )
        seen[path.stem] = path
        site = _own_context(path) or for_all
        if site is None:
            raise ContextInvalid(
                f"{path.stem} has no site values; write {path.stem}.context.yaml or name one for all"
            )
        yield DeviceFiles(
            device=path.stem,
            config=path,
            context=site[0],
            context_name=site[1],
            platform=platform,
            shows=None if shows is None else shows / path.stem,
        )


def configurations_in(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder that are configurations, in the order of their names."""
    found = (one for one in folder.iterdir() if not one.name.startswith(".") and one.is_file())
    return tuple(sorted(one for one in found if not one.name.endswith(_CONTEXT)))


def _own_context(config: Path) -> tuple[bytes, str] | None:
    for suffix in _CONTEXT:
        path = config.with_name(f"{config.stem}{suffix}")
        try:
            return path.read_bytes(), str(path)
        except FileNotFoundError:
            continue
    return None


def shown_in(folder: Path | None) -> Mapping[str, bytes]:
    """Return what lies in a folder of answers, by command; nothing where there is no folder."""
    if folder is None or not folder.is_dir():
        return {}
    return {
        command_of(path.stem if path.suffix == ".txt" else path.name): path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }


def file_of(command: str) -> str:
    """Return the name of the file that holds the answer to a command, without its ending."""
    return command.replace("%", "%25").replace("/", "%2F").replace(" ", "_")


def command_of(name: str) -> str:
    """Return the command whose answer a file holds; one that is collected may have a ``_`` of its own."""
    return _COLLECTED.get(name) or unquote(name.replace("_", " "))


def _collected() -> Iterable[str]:
    for asked in EVIDENCE_COMMANDS.values():
        yield from asked.shows
        if asked.full is not None:
            yield asked.full


_COLLECTED: Final[Mapping[str, str]] = {file_of(command): command for command in _collected()}
