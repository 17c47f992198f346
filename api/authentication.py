"""Who may see the status: whoever holds the service's token, as a bearer or through the page's login."""

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from fastapi import HTTPException, Request, status
from pydantic import SecretStr

from api.errors import TokenUnusable

COOKIE = "samdrift_session"
_TOKEN_BYTES = 32
_LEAST_CHARACTERS = 16


def load_token(file: Path) -> SecretStr:
    """Read the token from its file, making both at the first start.

    Raises:
        TokenUnusable: the file cannot be read or made, is open to others, or holds too little.
    """
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_urlsafe(_TOKEN_BYTES) + "\n")
        mode = stat.S_IMODE(file.stat().st_mode)
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TokenUnusable(f"the service's token in {file} cannot be used; check its permissions") from error
    if mode & 0o077:
        raise TokenUnusable(f"{file} can be read by others (mode {mode:o}); run chmod 600 on it")
    if len(token) < _LEAST_CHARACTERS:
        raise TokenUnusable(
            f"{file} holds fewer than {_LEAST_CHARACTERS} characters; delete it for a new one"
        )
    return SecretStr(token)


class Gatekeeper:
    """Compares what a request carries with the token, in constant time."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token.get_secret_value()
        self.session = hmac.new(
            self._token.encode(), b"samdrift dashboard session", hashlib.sha256
        ).hexdigest()

    def accepts_token(self, given: str) -> bool:
        """Return whether a text is the token."""
        return hmac.compare_digest(given.encode(), self._token.encode())

    def accepts(self, request: Request) -> bool:
        """Return whether a request carries the token or the session of a login with it."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.accepts_token(given.strip()):
            return True
        cookie = request.cookies.get(COOKIE, "")
        return hmac.compare_digest(cookie.encode(), self.session.encode())


def require_token(request: Request) -> None:
    """Refuse a request without the token (RFC 6750)."""
    gatekeeper: Gatekeeper = request.app.state.gatekeeper
    if not gatekeeper.accepts(request):
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "give the service's token: Authorization: Bearer TOKEN",
            headers={"WWW-Authenticate": "Bearer"},
        )
