"""The commands of AOS-CX that copy, compare and take back configurations."""

from collections.abc import Callable, Mapping
from typing import Final

from lab.aoscx.checkpoints import CheckpointRefused
from lab.aoscx.device import AOSCXDevice, Listener

_SPINNER: Final = "Copying configuration: [|]\b\b\b[/]\b\b\b"

Done = Callable[[AOSCXDevice, Listener, tuple[str, ...]], str]


def _arm(device: AOSCXDevice, session: Listener, words: tuple[str, ...]) -> str:
    device.arm(session, int(words[2]))
    return f"Auto checkpoint mode expires in {words[2]} minute(s)\n"


def _confirm(device: AOSCXDevice, _session: Listener, _words: tuple[str, ...]) -> str:
    return f"checkpoint {device.confirm()} created\n"


def _diff(device: AOSCXDevice, _session: Listener, words: tuple[str, ...]) -> str:
    return device.compare(words[2], words[3])


def _roll_back(device: AOSCXDevice, _session: Listener, words: tuple[str, ...]) -> str:
    device.replace(device.named(words[2]))
    return f"{_SPINNER}[Success]\n"


def _copy_to_checkpoint(device: AOSCXDevice, _session: Listener, words: tuple[str, ...]) -> str:
    with device.lock:
        try:
            device.checkpoints.make(words[3], device.running, device.clock.now())
        except CheckpointRefused as refusal:
            return f"{_SPINNER}[Failure]\n{refusal}\n"
    return f"{_SPINNER}[Success]\n"


def _copy_from_checkpoint(device: AOSCXDevice, _session: Listener, words: tuple[str, ...]) -> str:
    content = device.named(words[2])
    if words[3] == "running-config":
        device.replace(content)
    else:
        with device.lock:
            device.startup = content.render()
    return f"{_SPINNER}[Success]\n"


def _save(device: AOSCXDevice, _session: Listener, _words: tuple[str, ...]) -> str:
    device.save()
    return f"{_SPINNER}[Success]\n"


def _rename(device: AOSCXDevice, _session: Listener, words: tuple[str, ...]) -> str:
    with device.lock:
        device.checkpoints.rename(words[2], words[3])
    return ""


def _erase(device: AOSCXDevice, _session: Listener, words: tuple[str, ...]) -> str:
    with device.lock:
        device.checkpoints.erase(words[2])
    return ""


CHECKPOINT_COMMANDS: Final[Mapping[str, Done]] = {
    "arm": _arm,
    "confirm": _confirm,
    "diff": _diff,
    "rollback": _roll_back,
    "copy-to-checkpoint": _copy_to_checkpoint,
    "copy-from-checkpoint": _copy_from_checkpoint,
    "save": _save,
    "rename": _rename,
    "erase": _erase,
}
