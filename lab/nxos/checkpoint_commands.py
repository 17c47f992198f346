"""The commands of NX-OS that copy, compare and take back configurations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from lab.cli_tree import ConfigTree
from lab.nxos.checkpoints import CheckpointRefused, patch
from lab.nxos.device import NXOSDevice
from lab.terminal import Terminal

_DONE: Final = "Done\n"
_ROLLED_BACK: Final = """
Collecting Running-Config
#Generating Rollback Patch
Executing Rollback Patch
Generating Running-config for verification
Generating Patch for verification
Verification is Successful.

Rollback completed successfully.

"""
_NOT_ROLLED_BACK: Final = """
Collecting Running-Config
#Generating Rollback Patch
Executing Rollback Patch
Rollback Patch Execution Failed. Rolling back to the configuration before.

Rollback failed. Please use 'show rollback log exec' for more details.

"""
_SAVED: Final = "[########################################] 100%\nCopy complete.\n"
_NOT_SAVED: Final = "Configuration update aborted: No space left on device\n"


@dataclass(frozen=True, slots=True)
class Request:
    """A command with what it may act on; ``asks`` is off after ``terminal dont-ask``."""

    device: NXOSDevice
    terminal: Terminal
    user: str
    words: tuple[str, ...]
    asks: bool


def _check_space(device: NXOSDevice) -> None:
    if device.faults.use("flash-full") is not None:
        raise CheckpointRefused("ERROR: ascii-cfg: No space left on device")


def _make(request: Request) -> str:
    device, name = request.device, request.words[1]
    _check_space(device)
    with device.lock:
        device.checkpoints.make(device.checkpoint(name, request.user))
    return _DONE


def _write(request: Request) -> str:
    device, name = request.device, request.words[2]
    exists = device.checkpoints.has_file(name)
    if exists and request.asks:
        answer = request.terminal.ask("File already exists. Do you want to overwrite it? (y/n) [n] ")
        if answer.strip().lower() != "y":
            return "Checkpoint file was not written\n"
    _check_space(device)
    with device.lock:
        device.checkpoints.write(device.checkpoint(name, request.user))
    return _DONE


def _erase(request: Request) -> str:
    with request.device.lock:
        request.device.checkpoints.erase("checkpoint", request.words[2])
    return ""


def _erase_file(request: Request) -> str:
    with request.device.lock:
        request.device.checkpoints.erase("file", request.words[3])
    return ""


def _delete(request: Request) -> str:
    name = request.words[1]
    request.device.checkpoints.find("file", name)
    if request.asks and request.words[-1] != "no-prompt":
        answer = request.terminal.ask(f'Do you want to delete "/{name}" ? (yes/no/abort)   [y] ')
        if answer.strip().lower() not in ("", "y", "yes"):
            return ""
    with request.device.lock:
        request.device.checkpoints.erase("file", name)
    return ""


def _roll_back(request: Request) -> str:
    device = request.device
    with device.lock:
        content = device.checkpoints.find(request.words[2], request.words[3]).content
        went = device.roll_back(content)
    return _ROLLED_BACK if went else _NOT_ROLLED_BACK


def _diff(request: Request) -> str:
    device, words = request.device, list(request.words[3:])
    with device.lock:
        target = _content(device, words)
        source = _content(device, words)
        lines = patch(source, target)
    body = "".join(f"{line}\n" for line in lines) if lines else "Rollback Patch is Empty\n"
    return f"Collecting Running-Config\n#Generating Rollback Patch\n!!\n{body}"


def _content(device: NXOSDevice, words: list[str]) -> ConfigTree:
    """Take the words of one configuration and return it; the patch leads from the second to the first."""
    kind = words.pop(0)
    if kind == "running-config":
        return device.running
    if kind == "startup-config":
        return device.parse(device.startup)
    return device.checkpoints.find(kind, words.pop(0)).content


def _save(request: Request) -> str:
    if request.device.faults.use("flash-full") is not None:
        return _NOT_SAVED
    request.device.save()
    return _SAVED


def _dir(request: Request) -> str:
    wanted = request.words[1].removeprefix("bootflash:").lstrip("/") if len(request.words) > 1 else ""
    rows = [
        f"{len(one.content.render()):>11}    {one.made_at:%b %d %H:%M:%S %Y}  {one.name}\n"
        for one in request.device.checkpoints.files()
        if wanted in ("", one.name)
    ]
    if wanted and not rows:
        return "No such file or directory\n"
    usage = "\nUsage for bootflash://\n  3593666560 bytes free\n  3593666560 bytes total\n"
    return "".join(rows) + usage


CHECKPOINT_COMMANDS: Final[Mapping[str, Callable[[Request], str]]] = {
    "checkpoint": _make,
    "checkpoint-file": _write,
    "erase-checkpoint": _erase,
    "erase-file": _erase_file,
    "delete": _delete,
    "rollback": _roll_back,
    "diff": _diff,
    "save": _save,
    "dir": _dir,
}


def carry_out(name: str, request: Request) -> str:
    """Run a command; what the device refuses is told in its own words."""
    try:
        return CHECKPOINT_COMMANDS[name](request)
    except CheckpointRefused as refusal:
        return f"{refusal}\n"
