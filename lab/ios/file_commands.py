"""IOS commands on files and on the startup configuration."""

from collections.abc import Callable

from lab.ios.file_system import FileSystem, flash_name
from lab.ios.refusals import merged_text
from lab.ios.terminal import Command
from lab.terminal import ConnectionLost

_RUNNING = ("running-config", "system:running-config", "system:/running-config")
_FILE_TIME = "%b %e %Y %H:%M:%S +00:00"
_ACCOUNT_QUESTION = (
    "This operation will remove all username related configurations with same name."
    "Do you want to continue? [confirm]"
)
_STARTUP = ("startup-config", "nvram:startup-config", "nvram:/startup-config")


def _dir(command: Command) -> str:
    path = command.words[1] if len(command.words) > 1 else "flash:"
    name = "" if path.startswith("/") else flash_name(path)
    files = command.device.files
    if name is None:
        return f"%Error opening {path} (No such device)\n"
    if not name:
        return f"Directory of flash:/\n\n{_listing(files, None)}\n{_space(files)}"
    if files.read(name) is None:
        return f"%Error opening {path} (No such file or directory)\n"
    return f"Directory of {path}\n\n{_listing(files, name)}\n{_space(files)}"


def _listing(files: FileSystem, only: str | None) -> str:
    return "".join(
        f"{file.number:5d}  -rw-  {len(file.content):>16}  {file.modified_at:{_FILE_TIME}}  {name}\n"
        for name, file in files.files().items()
        if only in (None, name)
    )


def _space(files: FileSystem) -> str:
    return f"{files.total_bytes} bytes total ({files.free_bytes} bytes free)\n"


def _verify(command: Command) -> str:
    path = command.words[2]
    checksum = command.device.files.md5(flash_name(path) or "")
    if checksum is None:
        return f"%Error verifying {path} (No such file or directory)\n"
    return f".Done!\nverify /md5 ({path}) = {checksum}\n\n"


def _more(command: Command) -> str:
    path = command.words[1]
    content = source_text(command, path)
    return f"%Error opening {path} (No such file or directory)\n" if content is None else content


def _delete(command: Command) -> str:
    path = command.words[-1]
    name = flash_name(path) or ""
    if "/force" not in command.words:
        command.terminal.ask(f"Delete filename [{name}]? ")
        if command.terminal.ask(f"Delete {path}? [confirm]").strip().lower() not in ("", "y", "yes"):
            return ""
    if not command.device.files.delete(name):
        return f"%Error deleting {path} (No such file or directory)\n"
    return ""


def source_text(command: Command, path: str) -> str | None:
    """Return the text of a file or configuration, None where there is none."""
    device = command.device
    if path in _RUNNING:
        return device.running_file()
    if path in _STARTUP:
        return f"{device.header()}{device.startup}end\n"
    if path.startswith("null:"):
        return ""
    content = device.files.read(flash_name(path) or "")
    return None if content is None else content.decode(errors="replace")


def _copy(command: Command) -> str:
    source, target = command.words[1:]
    text = source_text(command, source)
    if text is None:
        return f"%Error opening {source} (No such file or directory)\n"
    if target in _RUNNING:
        return _copy_to_running(command, text)
    if target in _STARTUP:
        _ask_destination(command, "startup-config")
        return _save(command) if source in _RUNNING else f"%Error copying {source} (Invalid argument)\n"
    return _copy_to_flash(command, text, target)


def _copy_to_flash(command: Command, text: str, target: str) -> str:
    name = flash_name(target)
    if not name:
        return f"%Error opening {target} (Invalid path)\n"
    if not _may_write(command, name):
        return ""
    content = text.encode()
    if not command.device.files.takes(len(content)):
        return f"%Error writing {target} (No space left on device)\n"
    command.device.files.write(name, content)
    return _copied(len(content))


def _copy_to_running(command: Command, text: str) -> str:
    _ask_destination(command, "running-config")
    refused = command.device.merge(_with_what_is_agreed_to(command, text), command.user)
    if command.device.faults.use("drop-after-commit") is not None:
        raise ConnectionLost
    return merged_text(refused) + _copied(len(text.encode()))


def _with_what_is_agreed_to(command: Command, text: str) -> str:
    """Ask before an account is removed, also where prompts are quiet; `no` leaves its line out."""
    kept = []
    for line in text.splitlines(keepends=True):
        words = line.split()
        if words[:2] == ["no", "username"] and command.device.running.find(" ".join(words[1:3])):
            answer = command.terminal.ask(_ACCOUNT_QUESTION)
            if answer.strip().lower() not in ("", "y", "yes"):
                continue
        kept.append(line)
    return "".join(kept)


def _ask_destination(command: Command, name: str) -> None:
    if not command.device.quiet:
        command.terminal.ask(f"Destination filename [{name}]? ")


def _may_write(command: Command, name: str) -> bool:
    if command.device.quiet:
        return True
    _ask_destination(command, name)
    if command.device.files.read(name) is None:
        return True
    warning = (
        "%Warning:There is a file already existing with this name \r\nDo you want to over write? [confirm]"
    )
    return command.terminal.ask(warning).strip().lower() in ("", "y", "yes")


def _copied(size: int) -> str:
    return f"{size} bytes copied in 0.433 secs ({round(size / 0.433)} bytes/sec)\n"


def _save(command: Command) -> str:
    command.device.save(command.user)
    return "Building configuration...\n[OK]\n"


FILE_COMMANDS: dict[str, Callable[[Command], str]] = {
    "dir": _dir,
    "verify": _verify,
    "more": _more,
    "delete": _delete,
    "copy": _copy,
    "save": _save,
}
