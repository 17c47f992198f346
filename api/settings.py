"""The settings of the command line and the service: read once, from the environment and a file."""

import getpass
import os
import socket
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from api.errors import SettingsInvalid

SETTINGS_FILE = Path("samdrift.toml")
PREFIX = "SAMDRIFT_"


def _default_identity() -> str:
    return f"{getpass.getuser()}@{socket.gethostname()}"


class Settings(BaseSettings):
    """Where things are and who acts. Each key can stand in ``samdrift.toml`` or as ``SAMDRIFT_<KEY>``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        toml_file=SETTINGS_FILE,
        extra="forbid",
        frozen=True,
    )

    inventory: Annotated[Path, Field(description="Inventory folder")] = Path("inventory.d")
    state_folder: Annotated[Path, Field(description="Databases, evidence, stack state")] = Path(".samdrift")
    endpoints: Annotated[Path | None, Field(description="Overlay of addresses for a rehearsal")] = None
    allowed_signers: Annotated[Path | None, Field(description="Who may approve, if not the inventory's")] = (
        None
    )
    backup_key: Annotated[Path | None, Field(description="Key file of the backups; else made")] = None
    vault_password_from: Annotated[
        str | None,
        Field(pattern=r"^(env|file):\S+$", description="Where the password of vault files is: env: or file:"),
    ] = None
    identity: Annotated[str, Field(min_length=3, description="Who acts; compared with who approves")] = Field(
        default_factory=_default_identity,
    )
    api_address: Annotated[str, Field(description="Address the service listens on")] = "127.0.0.1"
    api_port: Annotated[int, Field(ge=1, le=65535, description="Port the service listens on")] = 8720
    api_token: Annotated[SecretStr | None, Field(description="Token of the service; else made in a file")] = (
        None
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file; nothing else is read."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsInvalid: a key is unknown or a value wrong; the message names each.
    """
    _refuse_unknown_names()
    try:
        return Settings()
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(f"{SETTINGS_FILE}: {error}; mend the file") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        )
        raise SettingsInvalid(
            f"settings ({SETTINGS_FILE} or {PREFIX}…): {problems}; "
            f"known keys are {', '.join(sorted(Settings.model_fields))}",
        ) from error


def _refuse_unknown_names() -> None:
    """Refuse a misspelt name: SAMDRIFT_ENDPOINT passed over would send a rehearsal to the real devices."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    strangers = [
        name
        for name in sorted(os.environ)
        # A credential reference such as env:SAMDRIFT_LAB leads to names with these ends.
        if name.startswith(PREFIX) and name not in known and not name.endswith(("_USERNAME", "_PASSWORD"))
    ]
    if strangers:
        raise SettingsInvalid(
            f"the environment holds {', '.join(strangers)}, which no setting is; "
            f"known names are {', '.join(sorted(known))}",
        )
