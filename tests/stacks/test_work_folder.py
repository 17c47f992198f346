"""The working folder: passphrase, project file, tools."""

import json
import stat
from pathlib import Path

import pytest

from stacks.errors import PassphraseError, ToolchainError
from stacks.models import StackSettings
from stacks.work_folder import (
    cli_environment,
    make_passphrase,
    prepare,
    require_passphrase,
    stack_settings,
)


def _settings(folder: Path) -> StackSettings:
    (folder / "bin").mkdir()
    for name in ("pulumi", "pulumi-resource-samdrift"):
        (folder / "bin" / name).write_text("#!/bin/sh\n")
        (folder / "bin" / name).chmod(0o755)
    found = folder / "toolchain.json"
    found.write_text(json.dumps({"pulumi": str(folder / "bin" / "pulumi"), "version": "3.256.0"}))
    return stack_settings(folder / "stacks", toolchain_file=found, provider_folder=folder / "bin")


def test_a_passphrase_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "passphrase"
    make_passphrase(path, token=lambda size: "x" * size)
    assert path.read_text() == "x" * 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    make_passphrase(path, token=lambda size: "y" * size)
    assert path.read_text() == "x" * 32
    assert [entry.name for entry in path.parent.iterdir()] == ["passphrase"]
    require_passphrase(path)


def test_a_passphrase_that_cannot_be_written_or_used_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PassphraseError, match="cannot be written"):
        make_passphrase(tmp_path / "file" / "passphrase")
    path = tmp_path / "passphrase"
    with pytest.raises(PassphraseError, match="is missing"):
        require_passphrase(path)
    path.touch(mode=0o600)
    with pytest.raises(PassphraseError, match="is empty"):
        require_passphrase(path)
    path.write_text("secret-text")
    path.chmod(0o640)
    with pytest.raises(PassphraseError, match="is open to others") as refused:
        require_passphrase(path)
    assert "secret-text" not in str(refused.value)


@pytest.mark.parametrize(
    "text", [None, "", "[]", '{"pulumi": "/bin/true"}', '{"pulumi": 1, "version": "3.1.0"}']
)
def test_without_a_setup_the_message_says_so(tmp_path: Path, text: str | None) -> None:
    found = tmp_path / "toolchain.json"
    if text is not None:
        found.write_text(text)
    with pytest.raises(ToolchainError, match=r"is not known .* Run `make setup`"):
        stack_settings(tmp_path, toolchain_file=found, provider_folder=tmp_path)


def test_tools_that_are_gone_are_named(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    prepare(settings)
    (tmp_path / "bin" / "pulumi-resource-samdrift").unlink()
    with pytest.raises(ToolchainError, match="pulumi-resource-samdrift is missing"):
        prepare(settings)
    (tmp_path / "bin" / "pulumi").unlink()
    with pytest.raises(ToolchainError, match=r"is not at .*/bin/pulumi any more"):
        stack_settings(
            tmp_path / "stacks", toolchain_file=tmp_path / "toolchain.json", provider_folder=tmp_path / "bin"
        )


def test_the_folder_is_private_and_old_records_of_commands_are_dropped(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    prepare(settings)
    logs = settings.folder / "home" / "logs"
    logs.mkdir()
    for number in range(50):
        (logs / f"{number:02}.log").write_text("x")
    prepare(settings)
    assert len(list(logs.iterdir())) == 40
    for folder in (settings.folder, settings.folder / "state", settings.folder / "home"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_cli_is_told_to_stay_inside_and_gets_the_passphrase_by_file_only(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    environment = cli_environment(settings)
    assert environment["PULUMI_BACKEND_URL"] == f"file://{settings.folder}/state?metadata=skip"
    assert environment["HOME"] == environment["PULUMI_HOME"] == f"{settings.folder}/home"
    assert environment["PULUMI_CONFIG_PASSPHRASE_FILE"] == str(settings.passphrase_file)
    assert "PULUMI_CONFIG_PASSPHRASE" not in environment
