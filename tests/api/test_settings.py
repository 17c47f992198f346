"""Settings come from the environment and one file, and every mistake in them is named."""

import os
import stat
from pathlib import Path

import pytest

from api.composition import opened_programme, run_folder
from api.errors import SettingsInvalid
from api.settings import Settings, load_settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SAMDRIFT_")]:
        monkeypatch.delenv(name)


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("samdrift.toml").write_text('api_port = 8800\nidentity = "bo@example.dk"\n')
    monkeypatch.setenv("SAMDRIFT_API_PORT", "8900")
    found = load_settings()
    assert (found.api_port, found.identity, found.api_address) == (8900, "bo@example.dk", "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('endpoint = "lab.json"', "endpoint: Extra inputs are not permitted"),
        ("api_port = 0", "api_port: Input should be greater than or equal to 1"),
        ('identity = "x"', "identity: String should have at least 3 characters"),
        ("api_port = ", "samdrift.toml: Invalid value"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key(text: str, told: str) -> None:
    Path("samdrift.toml").write_text(f"{text}\n")
    with pytest.raises(SettingsInvalid, match=told):
        load_settings()


def test_a_wrong_value_in_the_environment_is_refused_with_the_key_and_without_the_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SAMDRIFT_API_PORT", "hunter2")
    with pytest.raises(SettingsInvalid, match="api_port: Input should be a valid integer") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_a_misspelt_name_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMDRIFT_ENDPOINT", "lab.json")
    with pytest.raises(SettingsInvalid, match="holds SAMDRIFT_ENDPOINT, which no setting is"):
        load_settings()


def test_a_credential_in_the_environment_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMDRIFT_LAB_USERNAME", "samdrift")
    monkeypatch.setenv("SAMDRIFT_LAB_PASSWORD", "made up for this test")
    assert load_settings().api_port == 8720


def test_a_run_folder_that_others_can_reach_is_not_used(tmp_path: Path) -> None:
    settings = Settings(state_folder=tmp_path / "state")
    folder = run_folder(settings)
    try:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert run_folder(settings) == folder
        folder.chmod(0o755)
        with pytest.raises(SettingsInvalid, match="is not this user's alone"):
            run_folder(settings)
    finally:
        folder.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    folder.symlink_to(elsewhere)
    try:
        with pytest.raises(SettingsInvalid, match="is not this user's alone"):
            run_folder(settings)
    finally:
        folder.unlink()


def test_a_state_folder_that_cannot_be_made_is_told_as_a_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(inventory=EXAMPLE, state_folder=tmp_path / "file" / "state")
    with pytest.raises(SettingsInvalid, match="correct the setting state_folder"), opened_programme(settings):
        pytest.fail("it was opened")
