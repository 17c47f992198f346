"""IOS commands that exchange the running configuration, and those of the revert timer."""

from collections.abc import Callable

from lab.errors import LineRefused
from lab.ios.file_commands import source_text
from lab.ios.terminal import Command
from lab.terminal import ConnectionLost

_NONE_PENDING = "%No Rollback Confirmed Change pending\n"
_QUESTION = """This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: """
_STARS = "********\n"


def _confirm(command: Command) -> str:
    return "" if command.device.confirm() else _NONE_PENDING


def _revert_now(command: Command) -> str:
    timer = command.device.revert(command.user)
    if timer is None:
        return _NONE_PENDING
    return f"Rollback Confirmed Change: rolling to:{timer.backup_name}\n\n{_done(1)}"


def _revert_timer(command: Command) -> str:
    if command.device.pending() is None:
        return _NONE_PENDING
    command.device.rearm(int(command.words[-1]))
    return ""


def _replace(command: Command) -> str:
    device, words = command.device, command.words
    path = words[2]
    text = source_text(command, path)
    if text is None:
        return f"%Error opening {path} (No such file or directory)\n"
    if "revert" in words and device.archive_path is None:
        return "%Please turn config archive on\n"
    lines = text.splitlines()
    if not any(line.startswith("version ") for line in lines) or "end" not in lines:
        return f"%Error: {path} is not a valid config file\n"
    if "force" not in words and command.terminal.ask(_QUESTION.replace("\n", "\r\n")).strip().lower() != "y":
        return ""
    try:
        answer = _apply(command, text)
    except LineRefused as refusal:
        return refusal.text
    if device.faults.use("drop-after-commit") is not None:
        raise ConnectionLost
    return answer


def _apply(command: Command, text: str) -> str:
    device, words = command.device, command.words
    with device.lock:
        target, refused = device.read_target(text)
        if refused and "trigger" in words:
            return _restored(refused, device.archive_running())
        armed = ""
        if "timer" in words:
            name = device.arm(command.user, int(words[-1]))
            armed = f"Rollback Confirmed Change: Backing up current running config to {name}\n\n"
        differed = device.replace(target, command.user)
    if refused:
        return armed + _aborted(refused)
    return armed + _done(1 if differed else 0)


def _done(passes: int) -> str:
    return f"Total number of passes: {passes}\nRollback Done\n\n"


def _restored(refused: list[LineRefused], name: str) -> str:
    return (
        f"Failed to apply command {refused[0].line.strip()}\nAborting Rollback.\n\n"
        f"Rollback failed.Reverting back to the original configuration: {name} ...\n\n"
        f"{_done(1)}The original configuration has been successfully restored.\n"
    )


def _aborted(refused: list[LineRefused]) -> str:
    lines = "".join(f"{refusal.line.strip()}\n" for refusal in refused)
    return (
        f"The rollback configlet from the last pass is listed below:\n{_STARS}!List of Rollback Commands:\n"
        f"{lines}end\n{_STARS}\n\nRollback aborted after 5 passes\n"
        f"The following commands are failed to apply to the IOS image.\n{_STARS}{lines}{_STARS}"
    )


REPLACE_COMMANDS: dict[str, Callable[[Command], str]] = {
    "confirm": _confirm,
    "revert-now": _revert_now,
    "revert-timer": _revert_timer,
    "replace": _replace,
}
