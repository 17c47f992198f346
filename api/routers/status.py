"""Status as JSON: the whole picture, one device, one server, the journal, a piece of evidence."""

import itertools
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response, status

from api.authentication import require_token
from api.status_source import StatusSource
from migrations.status import DeviceStatus, ProgrammeStatus, ServerStatus
from records.errors import EvidenceMissing
from records.models import JournalEntry

router = APIRouter(prefix="/api/v1", dependencies=[Depends(require_token)], tags=["status"])

_MOST_ENTRIES = 1000


def _source(request: Request) -> StatusSource:
    source: StatusSource = request.app.state.source
    return source


Source = Annotated[StatusSource, Depends(_source)]


@router.get("/status")
def read_status(source: Source) -> ProgrammeStatus:
    """Return where everything stands."""
    return source.status()


@router.get("/devices/{name}")
def read_device(source: Source, name: str) -> DeviceStatus:
    """Return where one device stands."""
    for municipality in source.status().municipalities:
        for device in municipality.devices:
            if device.name == name:
                return device
    raise HTTPException(status.HTTP_404_NOT_FOUND, "no device of that name is in the inventory")


@router.get("/servers/{name}")
def read_server(source: Source, name: str) -> ServerStatus:
    """Return where one server stands."""
    for municipality in source.status().municipalities:
        for server in municipality.servers:
            if server.name == name:
                return server
    raise HTTPException(status.HTTP_404_NOT_FOUND, "no server of that name is in the inventory")


@router.get("/journal")
def read_journal(
    source: Source,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST_ENTRIES)] = 100,
) -> list[JournalEntry]:
    """Return journal entries behind a sequence number, oldest first."""
    return list(itertools.islice(source.journal(after=after), limit))


@router.get("/evidence/{digest}", response_class=Response)
def read_evidence(source: Source, digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> Response:
    """Return raw evidence as bytes."""
    try:
        return Response(source.evidence(digest), media_type="text/plain; charset=utf-8")
    except EvidenceMissing as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such evidence is stored") from error
