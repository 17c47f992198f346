"""The vault: what is sealed opens with its key and with no other, and nobody else can read the key."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from records.errors import EvidenceAltered, VaultKeyUnusable, VaultSealBroken
from records.vault import Vault

SECRET = "snmp-server community kilde-4711 RO"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "backup.key"


@pytest.fixture
def vault(tmp_path: Path, key: Path) -> Vault:
    return Vault(tmp_path / "vault", key)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_sealed_comes_back_and_lies_nowhere_in_the_open(
    vault: Vault, tmp_path: Path, key: Path
) -> None:
    digest = vault.seal(SECRET)

    assert Vault(tmp_path / "vault", key).unseal(digest) == SECRET
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [path for path in files(tmp_path) if SECRET.encode() in path.read_bytes()] == []
    assert len(files(tmp_path)) == 2


def test_a_new_first_line_rotates_the_key_and_older_texts_stay_readable(
    vault: Vault, tmp_path: Path, key: Path
) -> None:
    old = vault.seal(SECRET)
    key.write_bytes(Fernet.generate_key() + b"\n" + key.read_bytes())
    rotated = Vault(tmp_path / "vault", key)
    new = rotated.seal("new")
    assert (rotated.unseal(old), rotated.unseal(new)) == (SECRET, "new")
    key.write_bytes(key.read_bytes().splitlines()[0])
    with pytest.raises(VaultSealBroken, match="add that key as another line"):
        Vault(tmp_path / "vault", key).unseal(old)


def test_a_missing_key_is_never_made_anew_where_something_is_sealed(
    vault: Vault, tmp_path: Path, key: Path
) -> None:
    vault.seal(SECRET)
    key.unlink()
    with pytest.raises(VaultKeyUnusable, match="is missing and backups are sealed with it"):
        Vault(tmp_path / "vault", key).seal("more")
    assert not key.exists()


def test_a_key_that_others_can_read_is_refused(vault: Vault, key: Path) -> None:
    key.touch()
    key.write_bytes(Fernet.generate_key())
    key.chmod(0o640)
    with pytest.raises(VaultKeyUnusable, match="is open to others; run chmod 600 on it"):
        vault.seal(SECRET)


@pytest.mark.parametrize(
    "content",
    [b"", b"short", b"\xff\xfe", Fernet.generate_key() + b"\nshort"],
    ids=["empty", "short", "no text", "two lines"],
)
def test_what_is_no_key_is_refused_without_being_shown(vault: Vault, key: Path, content: bytes) -> None:
    key.touch(mode=0o600)
    key.write_bytes(content)
    with pytest.raises(VaultKeyUnusable, match="holds no usable key") as caught:
        vault.seal(SECRET)
    assert "short" not in str(caught.value)


def test_a_changed_byte_of_a_sealed_file_is_found(vault: Vault, tmp_path: Path) -> None:
    digest = vault.seal(SECRET)
    (file,) = files(tmp_path / "vault")
    content = bytearray(file.read_bytes())
    content[40] ^= 1
    file.write_bytes(content)
    with pytest.raises(EvidenceAltered, match=digest):
        vault.unseal(digest)
