"""One Pulumi stack, run through the Automation API with an inline program and a file state backend."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pulumi.automation import (
    CommandError,
    ConcurrentUpdateError,
    ConfigValue,
    LocalWorkspace,
    OutputValue,
    Stack,
    StackNotFoundError,
)

from stacks.cli import CLI
from stacks.errors import (
    PassphraseError,
    ProtectedError,
    StackFailedError,
    StackLockedError,
    StackMissingError,
)
from stacks.inline_program import InlineProgram
from stacks.models import StackSettings
from stacks.step_events import StepEvents
from stacks.work_folder import PROJECT, cli_environment, prepare, require_passphrase, state_folder

Program = Callable[[], None]


class _Workspace(LocalWorkspace):
    """A workspace without the commands that every run would start and nobody here needs."""

    def select_stack(self, stack_name: str) -> None:
        """Do nothing: every command names its stack."""

    def stack_outputs(self, stack_name: str) -> dict[str, OutputValue]:  # noqa: ARG002  # the base class's name
        """Return nothing: who wants the outputs asks for them."""
        return {}


class PulumiStack:
    """The stack of one name; nothing is started before it is used."""

    def __init__(self, settings: StackSettings, name: str) -> None:
        self.settings = settings
        self.name = name

    @property
    def state_file(self) -> Path:
        """Return the file that holds the stack's state."""
        return state_folder(self.settings) / ".pulumi" / "stacks" / PROJECT / f"{self.name}.json"

    @property
    def lock_folder(self) -> Path:
        """Return the folder in which the engine keeps the stack's locks."""
        return state_folder(self.settings) / ".pulumi" / "locks" / "organization" / PROJECT / self.name

    def exists(self) -> bool:
        """Tell whether the stack has a state."""
        return self.state_file.is_file()

    def recorded(self) -> dict[str, Any]:
        """Return the recorded deployment as it is in the state file, secrets encrypted."""
        try:
            text = self.state_file.read_text()
        except FileNotFoundError as error:
            raise StackMissingError(self.name) from error
        latest: dict[str, Any] = json.loads(text)["checkpoint"].get("latest") or {}
        return latest

    def create(self) -> None:
        """Make the stack where it does not exist yet."""
        if not self.exists():
            with self._translated("creation", StepEvents()):
                self._workspace.create_stack(self.name)

    def configure(self, uri: str, storage_folder: str) -> None:
        """Write the provider's settings into the stack's configuration."""
        wanted = {"samdrift:uri": uri, "samdrift:storageFolder": storage_folder}
        if self._configured() != wanted:
            with self._translated("configuration", StepEvents()):
                self._stack.set_all_config({key: ConfigValue(value) for key, value in wanted.items()})

    def preview(self, program: Program, events: StepEvents, *, plan: Path) -> None:
        """Find out what a run would do, against what the platform really has; save it as a plan."""
        with self._translated("preview", events), closing(InlineProgram(program)) as inline:
            self._stack.preview(program=inline, on_event=events.take, refresh=True, plan=str(plan))

    def up(self, program: Program, events: StepEvents, *, plan: Path) -> None:
        """Do what a plan says and nothing else."""
        with self._translated("apply", events), closing(InlineProgram(program)) as inline:
            self._stack.up(program=inline, on_event=events.take, refresh=True, plan=str(plan))

    def destroy(self, events: StepEvents) -> None:
        """Delete every resource, then the stack itself."""
        with self._translated("destruction", events):
            self._stack.destroy(on_event=events.take, refresh=True)
            self._workspace.remove_stack(self.name)

    def release_protection(self) -> None:
        """Let protected resources be deleted."""
        self._command("release of protection", "state", "unprotect", "--all", "--yes", "--stack", self.name)

    def forget(self) -> None:
        """Drop the state without touching the platform."""
        with self._translated("removal", StepEvents()):
            self._workspace.remove_stack(self.name, force=True)

    def cancel(self) -> None:
        """Delete the engine's lock."""
        self._command("release of lock", "cancel", "--yes", "--stack", self.name)

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs, without what is secret."""
        text = self._command("reading", "stack", "output", "--json", "--stack", self.name)
        outputs: dict[str, Any] = json.loads(text)
        return outputs

    def replace_state(self, deployment: dict[str, Any]) -> None:
        """Put a corrected state in place of the recorded one; secrets stay encrypted all the way."""
        path = self.settings.folder / f"{self.name}.import.{os.getpid()}.json"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump({"version": 3, "deployment": deployment}, file)
            self._command("repair", "stack", "import", "--file", str(path), "--stack", self.name)
        finally:
            path.unlink(missing_ok=True)

    def _configured(self) -> object:
        path = self.settings.folder / f"Pulumi.{self.name}.yaml"
        found = yaml.safe_load(path.read_text()) if path.is_file() else None
        return found.get("config") if isinstance(found, dict) else None

    @cached_property
    def _workspace(self) -> LocalWorkspace:
        require_passphrase(self.settings.passphrase_file)
        prepare(self.settings)
        return _Workspace(
            work_dir=str(self.settings.folder),
            env_vars=cli_environment(self.settings),
            secrets_provider="passphrase",
            pulumi_command=CLI(self.settings.pulumi, self.settings.pulumi_version),
        )

    @cached_property
    def _stack(self) -> Stack:
        return Stack.select(self.name, self._workspace)

    def _command(self, action: str, *args: str) -> str:
        workspace = self._workspace
        with self._translated(action, StepEvents()):
            environment = cli_environment(self.settings)
            return workspace.pulumi_command.run(list(args), str(self.settings.folder), environment).stdout

    @contextmanager
    def _translated(self, action: str, events: StepEvents) -> Iterator[None]:
        """Turn what the Automation API raises into this room's errors."""
        try:
            yield
        except StackNotFoundError as error:
            raise StackMissingError(self.name) from error
        except ConcurrentUpdateError as error:
            raise StackLockedError(self.name, "another run of Pulumi") from error
        except CommandError as error:
            text = str(error)
            if "incorrect passphrase" in text:
                problem = "is not the one that the state was encrypted with: restore that one"
                raise PassphraseError(self.settings.passphrase_file, problem) from error
            reasons = events.reasons or _error_lines(text)
            if protected := _protected(reasons):
                raise ProtectedError(self.name, protected) from error
            raise StackFailedError(self.name, action, reasons) from error


def _error_lines(text: str) -> tuple[str, ...]:
    lines = [line.strip() for line in text.splitlines()]
    reasons = tuple(line.removeprefix("error: ") for line in lines if line.startswith("error: "))
    return reasons or ("Pulumi ended with an error and gave no reason; look at the state folder's rights",)


def _protected(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Find the resources that are kept by their protection in the engine's reasons."""
    found = {
        word.strip('"').rsplit("::", 1)[-1]
        for reason in reasons
        if "protect" in reason and ("cannot be deleted" in reason or "unable to replace" in reason)
        for word in reason.split()
        if word.strip('"').startswith("urn:pulumi:")
    }
    return tuple(sorted(found))
