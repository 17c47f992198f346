"""Credential references: resolved at the last moment, and silent about the secret."""

import os
import secrets
from pathlib import Path

import pytest
from pydantic import SecretStr

from inventory.credentials import ResolvedCredential, resolve_credential
from inventory.errors import CredentialError

PASSWORD = secrets.token_urlsafe(12)


def without_secrets(value: object) -> str:
    """Return how a test report calls a value; every worker must call it the same."""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    return text.replace(PASSWORD, "<password>")


def test_the_environment_gives_name_and_password() -> None:
    environment = {"NDJ_DEVICES_USERNAME": "samdrift", "NDJ_DEVICES_PASSWORD": PASSWORD, "OTHER": "x"}

    credential = resolve_credential("env:NDJ_DEVICES", environment=environment)

    assert credential == ResolvedCredential(username="samdrift", password=SecretStr(PASSWORD))
    assert PASSWORD not in repr(credential)
    assert PASSWORD not in credential.model_dump_json()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o400])
def test_a_file_gives_name_and_password(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "devices.json"
    path.write_text(f'{{"username": "samdrift", "password": "{PASSWORD}"}}', encoding="utf-8")
    path.chmod(mode)
    expected = ResolvedCredential(username="samdrift", password=SecretStr(PASSWORD))

    assert resolve_credential(f"file:{path}", environment={}) == expected
    assert resolve_credential("file:devices.json", environment={}, folder=tmp_path) == expected


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o606, 0o601])
def test_a_file_that_everybody_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "devices.json"
    path.write_text(f'{{"username": "samdrift", "password": "{PASSWORD}"}}', encoding="utf-8")
    path.chmod(mode)

    with pytest.raises(CredentialError, match="everybody on this machine can reach it; run chmod o= on it"):
        resolve_credential(f"file:{path}", environment={})


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "NDJ_USERNAME and NDJ_PASSWORD is not set; set it for this process"),
        ({"NDJ_USERNAME": "samdrift", "NDJ_PASSWORD": ""}, "credential env:NDJ: NDJ_PASSWORD is not set"),
        ({"NDJ_PASSWORD": PASSWORD}, "NDJ_USERNAME is not set"),
    ],
)
def test_a_missing_variable_is_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(CredentialError) as caught:
        resolve_credential("env:NDJ", environment=environment)

    assert message in str(caught.value)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        PASSWORD,
        f'{{"username": "samdrift", "password": ["{PASSWORD}"]}}',
        f'{{"username": "samdrift", "passwort": "{PASSWORD}"}}',
        f'{{"username": "", "password": "{PASSWORD}"}}',
        '{"username": "samdrift", "password": ""}',
        "",
    ],
    ids=without_secrets,
)
def test_a_file_of_another_form_is_refused_without_its_content(tmp_path: Path, text: str) -> None:
    path = tmp_path / "devices.json"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)

    with pytest.raises(CredentialError, match="not a JSON object with username and password") as caught:
        resolve_credential(f"file:{path}", environment={})
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CredentialError, match="No such file or directory; check the path"):
        resolve_credential("file:missing.json", environment={}, folder=tmp_path)
    with pytest.raises(CredentialError, match="it is not a file"):
        resolve_credential(f"file:{tmp_path}", environment={})


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", mode=0o600)

    with pytest.raises(CredentialError, match="it is not a file"):
        resolve_credential("file:pipe", environment={}, folder=tmp_path)


@pytest.mark.parametrize(
    "reference", [PASSWORD, f"password:{PASSWORD}", "env:", "file:", f"env:{PASSWORD}="], ids=without_secrets
)
def test_what_is_no_reference_is_refused_and_not_repeated(reference: str) -> None:
    with pytest.raises(
        CredentialError, match="neither env:PREFIX nor file:PATH nor vault:PATH#KEY"
    ) as caught:
        resolve_credential(reference, environment={})

    assert PASSWORD not in str(caught.value)
