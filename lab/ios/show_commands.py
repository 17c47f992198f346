"""IOS commands that show configuration, archive and revert timer; the tables are beside them."""

from collections.abc import Callable

from lab.cli_diff import contextual, incremental
from lab.cli_tree import ConfigTree
from lab.ios.file_commands import source_text
from lab.ios.show_security import SECURITY_COMMANDS
from lab.ios.show_tables import TABLE_COMMANDS
from lab.ios.terminal import Command

_NVRAM_BYTES = 2_097_152
_ARCHIVE_LIMIT = 10
_FIRST_WITH_INCREMENTAL = (12, 4)
_FIRST_WITHOUT_END = (15, 0)


def _running(command: Command) -> str:
    return _configuration(command, command.device.running.render())


def _running_all(command: Command) -> str:
    return _configuration(command, command.device.running.render(defaults=True))


def _configuration(command: Command, body: str) -> str:
    text = f"{command.device.header()}{body}!\nend\n"
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}\n"


def _running_interface(command: Command) -> str:
    node = command.device.running.root.child(("interface", command.words[-1]))
    if node is None:
        return "% Invalid input detected at '^' marker.\n\n"
    lines = [node.text, *(f" {child.text}" for child in node.children), "end"]
    text = "!\n" + "".join(f"{line}\n" for line in lines)
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}\n"


def _startup(command: Command) -> str:
    device = command.device
    with device.lock:
        text = f"{device.header()}{device.startup}!\nend\n"
    return f"Using {len(text)} out of {_NVRAM_BYTES} bytes\n{text}\n"


def _archive(command: Command) -> str:
    device = command.device
    with device.lock:
        path, names = device.archive_path, device.archive_names[-_ARCHIVE_LIMIT:]
    if path is None:
        return " Archive feature not enabled\n"
    rows = [
        f"   {number:<8d} {name}{' <- Most Recent' if number == len(names) else ''}"
        for number, name in enumerate(names, start=1)
    ]
    rows += [f"   {number:<8d}" for number in range(len(names) + 1, _ARCHIVE_LIMIT + 1)]
    head = (
        f"The maximum archive configurations allowed is {_ARCHIVE_LIMIT}.\n"
        f"There are currently {len(names)} archive configurations saved.\n"
        f"The next archive file will be named {path}-<timestamp>-{len(device.archive_names)}\n"
        " Archive #  Name\n"
    )
    return head + "".join(f"{row.rstrip()}\n" for row in rows)


def _timer(command: Command) -> str:
    with command.device.lock:
        timer = command.device.timer
        if timer is None:
            return "%No Rollback Confirmed Change pending\n"
        return (
            f"Time configured(or reconfigured): {timer.armed_at:%H:%M:%S UTC %a %b %d %Y}\n"
            f"Timer type: absolute timer\nTimer value: {timer.minutes} min\nUser: {timer.user}\n"
        )


def _incremental(command: Command) -> str:
    path = command.words[4]
    text = source_text(command, path)
    if command.device.release < _FIRST_WITH_INCREMENTAL:
        return "                          ^\n% Invalid input detected at '^' marker.\n\n"
    if text is None:
        return f"%Error opening {path} (No such file or directory)\n"
    if command.device.release < _FIRST_WITHOUT_END and "end" not in text.splitlines():
        # Only these words of the answer are known.
        return f"% {path}: returned error 5\n"
    with command.device.lock:
        lines = incremental(command.device.running, text)
    listed = "".join(f"{line}\n" for line in lines)
    return (
        f"!List of Commands:\n{listed}end\n" if lines else "!List of Commands:\nend\n!No changes were found\n"
    )


def _differences(command: Command) -> str:
    device = command.device
    paths = (*command.words[4:], "system:running-config")
    before, after = paths[:2] if len(command.words) > 4 else ("nvram:startup-config", "system:running-config")  # noqa: PLR2004 - the words of the command itself
    trees: list[ConfigTree] = []
    with device.lock:
        for path in (before, after):
            text = source_text(command, path)
            if text is None:
                return f"%Error opening {path} (No such file or directory)\n"
            trees.append(device.read_target(text)[0])
    lines = contextual(*trees)
    listed = "".join(f"{line}\n" for line in lines) or "!No changes were found\n"
    return f"!Contextual Config Diffs:\n{listed}"


SHOW_COMMANDS: dict[str, Callable[[Command], str]] = {
    "show-running": _running,
    "show-running-all": _running_all,
    "show-running-interface": _running_interface,
    "show-startup": _startup,
    "show-archive": _archive,
    "show-timer": _timer,
    "show-incremental": _incremental,
    "show-differences": _differences,
    **TABLE_COMMANDS,
    **SECURITY_COMMANDS,
}
