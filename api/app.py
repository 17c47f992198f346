"""The FastAPI service: status as JSON and as a page, for whoever holds its token."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from pydantic import SecretStr

from api.authentication import Gatekeeper
from api.routers import dashboard, status
from api.status_source import StatusSource

# The page is ours alone: nothing is loaded from elsewhere and nothing may frame it.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(source: StatusSource, token: SecretStr) -> FastAPI:
    """Compose the service from where it reads and the token it asks for."""
    app = FastAPI(
        title="samdrift",
        version=version("samdrift"),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.source = source
    app.state.gatekeeper = Gatekeeper(token)
    app.include_router(status.router)
    app.include_router(dashboard.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")

    @app.middleware("http")
    async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app
