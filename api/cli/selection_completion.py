"""Completion of ``--select`` in the shell: keys, operators and the values of the inventory at hand.

It is answered without importing the commands, which load the whole controller. Typer still speaks with the
shell: it gets a command line of one command, of the name that is typed, with the options that matter here.
"""

import re
import time
from collections.abc import MutableMapping
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

_INSTRUCTION: Final = "_SAMDRIFT_COMPLETE"
_OPTIONS: Final = ("--select", "-s")
_OPEN_SELECTION: Final = re.compile(
    r"""\s(?:--select|-s)(?:\s*=\s*|\s+)(?P<value>'[^']*|"(?:[^"\\]|\\.)*|[^\s'"]\S*|)$""", re.DOTALL
)
_GROUPS_OF_SERVERS: Final = frozenset({"wave"})
_GROUPS_WITH_FOLDER: Final = frozenset({"inventory"})
_BUDGET_SECONDS: Final = 0.8
_PLACES: Final = 3  # the program, its group, its command


class _Typed(NamedTuple):
    """What is typed of a selection, and how."""

    group: str
    command: str
    folder: str | None
    before: str
    quote: str
    shell_quoted: bool


def selection_app(environment: MutableMapping[str, str]) -> typer.Typer | None:
    """Return what answers a shell that asks how a selection goes on; None where it asks for something else.

    Bash takes ``role=fire`` apart at the ``=`` outside quotes and asks only about the last piece; the words
    in the environment are put together again here.
    """
    shell = environment.get(_INSTRUCTION, "")
    if not shell.startswith("complete_"):
        return None
    before = _join_pieces(environment) if shell == "complete_bash" else ""
    line = _line_to_cursor(environment, bash=shell == "complete_bash")
    found = _OPEN_SELECTION.search(line)
    words = line.split()
    if found is None or len(words) <= _PLACES or any(word.startswith("-") for word in words[1:_PLACES]):
        return None
    opened = found["value"][:1]
    return _app(
        _Typed(
            group=words[1],
            command=words[2],
            folder=_folder_argument(words),
            before=before,
            # Inside the shell's double quotes the selection's own must be single ones.
            quote="'" if opened == '"' else '"',
            shell_quoted=opened in {"'", '"'} or shell != "complete_bash",
        )
    )


def _folder_argument(words: list[str]) -> str | None:
    """Return the folder that stands behind the command, where the command takes one."""
    behind = words[_PLACES] if len(words) > _PLACES else "-"
    return None if behind.startswith("-") or words[1] not in _GROUPS_WITH_FOLDER else behind


def _line_to_cursor(environment: MutableMapping[str, str], *, bash: bool) -> str:
    if not bash:
        return environment.get("_TYPER_COMPLETE_ARGS", "")
    words = environment.get("COMP_WORDS", "")
    if "\n" not in words:
        return words
    pieces = words.split("\n")
    last = int(environment.get("COMP_CWORD", len(pieces) - 1))
    return "\n".join([*pieces[:last], pieces[last] if last < len(pieces) else ""])


def _join_pieces(environment: MutableMapping[str, str]) -> str:
    """Join what bash took apart at ``=`` after ``--select``; return what stands before the last piece."""
    words = environment.get("COMP_WORDS", "").split("\n")
    last = int(environment.get("COMP_CWORD", 0))
    option = next((at for at in range(min(last, len(words) - 1), 0, -1) if words[at] in _OPTIONS), 0)
    pieces = words[option + 1 : last + 1]
    if not option or "=" not in pieces:
        return ""
    if pieces[0] == "=":
        pieces = pieces[1:]
    joined = "".join(pieces)
    at_sign = 0 if joined[:1] in {"'", '"'} else joined.rfind("=") + 1
    environment["COMP_WORDS"] = "\n".join([*words[: option + 1], joined[at_sign:]])
    environment["COMP_CWORD"] = str(option + 1)
    return joined[:at_sign]


def _app(typed: _Typed) -> typer.Typer:
    """Return a command line that holds nothing but the command that is typed."""

    def complete(context: typer.Context, incomplete: str) -> list[str]:
        given = context.params.get("inventory") or typed.folder
        folder = None if given is None else Path(str(given)).expanduser()
        answers = _complete(typed, f"{typed.before}{incomplete}", folder)
        own = [answer.removeprefix(typed.before) for answer in answers]
        return own if typed.shell_quoted else [incomplete + _escaped(one[len(incomplete) :]) for one in own]

    def command(
        select: Annotated[str, typer.Option(*_OPTIONS, autocompletion=complete)] = "",
        inventory: Annotated[Path | None, typer.Option("--inventory", "-i")] = None,
    ) -> None:
        """Stand in for the command that is typed."""

    group = typer.Typer()
    group.callback()(lambda: None)
    lenient = {"ignore_unknown_options": True, "allow_extra_args": True}
    group.command(typed.command, context_settings=lenient)(command)
    app = typer.Typer()
    app.callback()(lambda: None)
    app.add_typer(group, name=typed.group)
    return app


def _escaped(text: str) -> str:
    """Return a text as bash reads it outside quotes."""
    return re.sub(r"([^\w,.:=!*?/@%+-])", r"\\\1", text)


def _complete(typed: _Typed, incomplete: str, folder: Path | None) -> tuple[str, ...]:
    # Only a shell that really asks about a selection pays for loading these.
    from api.errors import SettingsInvalid  # noqa: PLC0415 - as the line above says
    from api.settings import load_settings  # noqa: PLC0415 - as above

    state_folder: Path | None = None
    try:
        settings = load_settings()
    except SettingsInvalid:
        # Whoever runs the command is told what is wrong with the settings; here it would spoil the prompt.
        if folder is None:
            return ()
    else:
        folder = settings.inventory if folder is None else folder
        state_folder = settings.state_folder
    return _continuations(typed, incomplete, folder, state_folder)


def _continuations(
    typed: _Typed, incomplete: str, folder: Path, state_folder: Path | None
) -> tuple[str, ...]:
    from inventory.selection_values import values_of_devices, values_of_servers  # noqa: PLC0415 - as above

    open_values = values_of_servers if typed.group in _GROUPS_OF_SERVERS else values_of_devices
    # Completion makes no state folder where there is none.
    kept = state_folder / "completion" if state_folder is not None and state_folder.is_dir() else None
    values = open_values(folder, kept, clock=time.monotonic, budget_seconds=_BUDGET_SECONDS)
    try:
        return values.complete(incomplete, quote=typed.quote)
    finally:
        values.keep()
