"""Credentials in Ansible Vault files, encrypted here by ansible-core's own command."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from inventory.credentials import ResolvedCredential, resolve_credential
from inventory.errors import CredentialError

VAULT_PASSWORD = secrets.token_urlsafe(12)
PASSWORD = secrets.token_urlsafe(12)
CONTENT = (
    f"devices:\n  username: samdrift\n  password: '{PASSWORD}'\nfirewalls: {{username: fw}}\nnumber: 7\n"
)
ENVIRONMENT = {"SAMDRIFT_VAULT_PASSWORD": VAULT_PASSWORD}


def without_secrets(value: object) -> str:
    """Return how a test report calls a value; every worker must call it the same."""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    return text.replace(PASSWORD, "<password>").replace(VAULT_PASSWORD, "<vault-password>")


Encrypt = Callable[..., Path]


def ansible_vault(folder: Path, *words: str) -> None:
    """Run ansible-vault with the password in a file of its own."""
    password = folder / "vault-password"
    password.write_text(VAULT_PASSWORD + "\n", encoding="utf-8")
    password.chmod(0o600)
    home = folder / "ansible-home"
    home.mkdir(exist_ok=True)
    subprocess.run(
        [Path(sys.executable).parent / "ansible-vault", *words],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "ANSIBLE_HOME": str(home)},
        check=True,
        capture_output=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vault")
    path = folder / "vault.yml"
    path.write_text(CONTENT, encoding="utf-8")
    ansible_vault(folder, "encrypt", "--vault-id", f"drift@{folder / 'vault-password'}", str(path))
    assert PASSWORD.encode() not in path.read_bytes()
    return path


def test_a_vault_gives_name_and_password(vault: Path) -> None:
    expected = ResolvedCredential(username="samdrift", password=SecretStr(PASSWORD))
    by_file = f"file:{vault.parent / 'vault-password'}"

    for source, environment in (("env:SAMDRIFT_VAULT", ENVIRONMENT), (by_file, {})):
        found = resolve_credential(
            f"vault:{vault}#devices", environment=environment, vault_password_from=source
        )
        assert found == expected
    relative = resolve_credential(
        "vault:vault.yml#devices", environment={}, folder=vault.parent, vault_password_from=by_file
    )
    assert relative == expected


def test_a_vault_that_everybody_may_read_is_opened_because_it_is_encrypted(vault: Path) -> None:
    vault.chmod(0o644)

    found = resolve_credential(
        f"vault:{vault}#devices", environment=ENVIRONMENT, vault_password_from="env:SAMDRIFT_VAULT"
    )
    assert found.username == "samdrift"


def refusal(reference: str, source: str | None, environment: dict[str, str] | None = None) -> str:
    """Return what is told about a reference that leads nowhere; no secret is in it, or behind it."""
    with pytest.raises(CredentialError) as caught:
        resolve_credential(
            reference,
            environment=ENVIRONMENT if environment is None else environment,
            vault_password_from=source,
        )
    told = f"{caught.value!r} {caught.value.__cause__!r}"
    assert PASSWORD not in told
    assert VAULT_PASSWORD not in told
    assert caught.value.__cause__ is None or isinstance(caught.value.__cause__, OSError)
    return str(caught.value)


def test_another_password_does_not_open_it(vault: Path) -> None:
    told = refusal(f"vault:{vault}#devices", "env:OTHER", {"OTHER_PASSWORD": secrets.token_urlsafe(8)})

    assert told == (
        f"credential vault:{vault}#devices: the vault password does not open it, or it was changed since it "
        "was encrypted; correct the setting vault_password_from"
    )


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (
            "device",
            "the vault has no key 'device'; did you mean 'devices'? allowed: devices, firewalls, number",
        ),
        ("firewalls", "'firewalls' in the vault is not a mapping with username and password, both text"),
        ("number", "'number' in the vault is not a mapping with username and password"),
    ],
)
def test_a_key_that_is_no_login_is_named(vault: Path, key: str, message: str) -> None:
    assert message in refusal(f"vault:{vault}#{key}", "env:SAMDRIFT_VAULT")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "nothing says where the vault's password is; set vault_password_from to env:PREFIX or file:"),
        ("env:NOBODY", "the vault's password NOBODY_PASSWORD is not set"),
        ("vault:x#y", "neither env:PREFIX nor file:PATH; correct the setting vault_password_from"),
        (VAULT_PASSWORD, "neither env:PREFIX nor file:PATH; correct the setting"),
    ],
    ids=without_secrets,
)
def test_a_password_that_cannot_be_found_is_told(vault: Path, source: str | None, message: str) -> None:
    assert message in refusal(f"vault:{vault}#devices", source)


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        (VAULT_PASSWORD.encode(), 0o644, "everybody on this machine can reach it; run chmod o= on it"),
        (VAULT_PASSWORD.encode(), 0o700, "it is a program, and no program is run for a password"),
        (b"\n", 0o600, "it is empty; write the vault's password into it"),
        (b"\xff\xfe", 0o600, "it does not hold text"),
    ],
    ids=without_secrets,
)
def test_a_password_file_must_hold_the_password_and_be_private(
    vault: Path, tmp_path: Path, content: bytes, mode: int, message: str
) -> None:
    path = tmp_path / "password"
    path.write_bytes(content)
    path.chmod(mode)

    assert f"credential file:{path}: {message}" in refusal(f"vault:{vault}#devices", f"file:{path}")


@pytest.mark.parametrize(
    "content", [CONTENT.encode(), b"", b"\xff\xfe", json.dumps({"a": 1}).encode()], ids=without_secrets
)
def test_a_file_that_is_no_vault_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vault.yml"
    path.write_bytes(content)

    told = refusal(f"vault:{path}#devices", "env:SAMDRIFT_VAULT")
    assert "it is not an Ansible Vault file; run ansible-vault encrypt on it" in told


def test_a_spoilt_vault_is_told_wherever_it_is_spoilt(vault: Path, tmp_path: Path) -> None:
    whole = vault.read_bytes()
    path = tmp_path / "vault.yml"
    for content in (whole[:40], whole[: len(whole) // 2], whole[:-9], whole.replace(b"AES256", b"ROT13")):
        path.write_bytes(content)
        told = refusal(f"vault:{path}#devices", "env:SAMDRIFT_VAULT")
        assert "is damaged; encrypt it anew" in told or "changed since it was encrypted" in told
    for place in range(50, len(whole), 41):
        if whole[place : place + 1] != b"\n":
            other = b"1" if whole[place : place + 1] != b"1" else b"2"
            path.write_bytes(whole[:place] + other + whole[place + 1 :])
            told = refusal(f"vault:{path}#devices", "env:SAMDRIFT_VAULT")
            assert "is damaged; encrypt it anew" in told or "changed since it was encrypted" in told


@pytest.mark.parametrize("content", ["- a\n", "{", "!vault |\n  x\n", "7\n"])
def test_a_vault_of_another_form_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "vault.yml"
    path.write_text(f"{content}# {PASSWORD}\n", encoding="utf-8")
    ansible_vault(tmp_path, "encrypt", "--vault-password-file", str(tmp_path / "vault-password"), str(path))

    told = refusal(f"vault:{path}#devices", "env:SAMDRIFT_VAULT")
    assert "the vault does not hold a YAML mapping; write KEY: {...} into it" in told


@pytest.mark.parametrize("rest", ["", "vault.yml", "#devices", "vault.yml#"])
def test_a_reference_names_file_and_key(rest: str) -> None:
    assert "neither env:PREFIX nor file:PATH nor vault:PATH#KEY" in refusal(f"vault:{rest}", None)


def test_a_file_that_is_far_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"$ANSIBLE_VAULT" + b"0" * 70_000)

    assert "it is larger than 64 KiB" in refusal(f"vault:{path}#x", "env:SAMDRIFT_VAULT")
