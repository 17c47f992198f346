"""How a DCIM server is reached, and which part of it is read."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from inventory.models import Model


def _check_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = "write the server's address such as https://nautobot.example.dk"
        raise ValueError(msg)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        msg = "an address holds no credentials, query or fragment"
        raise ValueError(msg)
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        msg = "use https: over http the token is readable on the way"
        raise ValueError(msg)
    return address.rstrip("/").removesuffix("/api")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class ServerSettings(Model):
    """Where the server is and how patient its client is."""

    address: Annotated[str, AfterValidator(_check_address)]
    ca_file: Path | None = Field(
        default=None, description="The authority of its certificate, if not a public one"
    )
    timeout_seconds: float = Field(
        default=60, gt=0, description="For connecting, and for each pause of an answer"
    )
    retries: int = Field(
        default=4, ge=0, le=10, description="After 429, 500, 502, 503, 504 and broken connections"
    )
    longest_pause_seconds: float = Field(
        default=60, gt=0, description="The longest Retry-After that is waited for"
    )
    page_size: int = Field(default=500, ge=1, le=1000)
    most_objects: int = Field(default=1_000_000, ge=1, description="Of one kind; more is taken for a mistake")

    @property
    def host(self) -> str:
        """Return host and port, the name of the source."""
        return urlsplit(self.address).netloc


class ReadingScope(Model):
    """The part of the server that belongs to one municipality."""

    locations: tuple[str, ...] = Field(default=(), description="Names; everything below them is read as well")
    tenants: tuple[str, ...] = Field(default=(), description="Names; with locations, both have to fit")

    @model_validator(mode="after")
    def _is_a_part(self) -> Self:
        if not self.locations and not self.tenants:
            msg = "name at least one location or tenant, so that nothing of another municipality is taken"
            raise ValueError(msg)
        return self
