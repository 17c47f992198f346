"""The dashboard page, and the login that leads to it."""

from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response, status
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from api.authentication import COOKIE, Gatekeeper
from api.dashboard_view import build_view
from api.status_source import StatusSource

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=Path(__file__).parent.parent / "templates")

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_MOST_FORM_BYTES = 4096


def _gatekeeper(request: Request) -> Gatekeeper:
    gatekeeper: Gatekeeper = request.app.state.gatekeeper
    return gatekeeper


Keeper = Annotated[Gatekeeper, Depends(_gatekeeper)]


@router.get("/", response_class=HTMLResponse)
def show_dashboard(request: Request, keeper: Keeper) -> Response:
    """Show the page, or lead to the login."""
    if not keeper.accepts(request):
        return RedirectResponse("/login", status.HTTP_303_SEE_OTHER)
    source: StatusSource = request.app.state.source
    view = build_view(source.status(), zone=_COPENHAGEN)
    return templates.TemplateResponse(request, "dashboard.html", {"view": view})


@router.get("/login", response_class=HTMLResponse)
def show_login(request: Request) -> Response:
    """Show the login form."""
    return templates.TemplateResponse(request, "login.html", {"refused": False})


@router.post("/login", response_class=HTMLResponse)
async def log_in(request: Request, keeper: Keeper) -> Response:
    """Exchange the token for a session cookie."""
    body = (await request.body())[:_MOST_FORM_BYTES].decode("utf-8", errors="replace")
    given = parse_qs(body).get("token", [""])[0]
    if not keeper.accepts_token(given.strip()):
        return templates.TemplateResponse(
            request,
            "login.html",
            {"refused": True},
            status_code=status.HTTP_401_UNAUTHORIZED,
        )
    response = RedirectResponse("/", status.HTTP_303_SEE_OTHER)
    response.set_cookie(COOKIE, keeper.session, httponly=True, samesite="strict")
    return response


@router.post("/logout")
def log_out() -> Response:
    """Forget the session of this browser."""
    response = RedirectResponse("/login", status.HTTP_303_SEE_OTHER)
    response.delete_cookie(COOKIE)
    return response
