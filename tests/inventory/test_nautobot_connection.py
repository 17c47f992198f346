"""The REST client of both DCIM servers on a stand-in over real HTTP: pages, tokens, patience, refusals."""

import json
import netrc
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pynautobot.core.query
import pynetbox.core.query
import pytest
from pydantic import SecretStr, ValidationError

from inventory.errors import CredentialError
from inventory.imports.errors import SourceReadError
from inventory.loaders.dcim.connection import ServerConnection
from inventory.loaders.dcim.settings import ReadingScope, ServerSettings
from inventory.loaders.dcim.token import resolve_token
from lab.certificate import make_certificate
from lab.netbox.rest_server import Answer, RESTServer

TOKEN = "0123456789abcdef0123456789abcdef01234567"
STATUS = {"nautobot-version": "3.2.7"}
PATH = "dcim/devices"


@pytest.fixture
def server() -> Iterator[RESTServer]:
    with RESTServer(token=TOKEN, status=STATUS) as running:
        running.lists(PATH)
        yield running


@pytest.fixture(params=["pynautobot", "pynetbox"])
def library(request: pytest.FixtureRequest) -> dict[str, Any]:
    module = pynautobot.core.query if request.param == "pynautobot" else pynetbox.core.query
    return {
        "request_class": module.Request,
        "failures": (module.RequestError, module.ContentError),
        "order_parameter": "sort" if request.param == "pynautobot" else "ordering",
    }


def connect(
    server: RESTServer, library: dict[str, Any], token: str = TOKEN, **settings: Any
) -> ServerConnection:
    given = {"address": server.url, "retries": 2, "longest_pause_seconds": 1, **settings}
    return ServerConnection(ServerSettings(**given), token=lambda: SecretStr(token), **library)


def test_a_list_is_read_page_by_page_by_limit_and_offset(server: RESTServer, library: dict[str, Any]) -> None:
    for number in range(1, 6):
        server.put(PATH, {"id": number, "name": f"sw{number}"})
    with connect(server, library, page_size=2) as connection:
        found = connection.read_all(PATH)
    assert [row["name"] for row in found] == ["sw1", "sw2", "sw3", "sw4", "sw5"]
    asked = [(one.query["limit"], one.query["offset"]) for one in server.asked]
    assert asked == [(("2",), ("0",)), (("2",), ("2",)), (("2",), ("4",))]
    assert connection.requests_made == 3


def test_a_server_that_gives_smaller_pages_than_asked_is_still_read_whole(
    server: RESTServer, library: dict[str, Any]
) -> None:
    server.largest_page = 3
    for number in range(1, 8):
        server.put(PATH, {"id": number, "name": f"sw{number}"})
    with connect(server, library, page_size=500) as connection:
        assert len(connection.read_all(PATH)) == 7
    assert [one.query["offset"] for one in server.asked] == [("0",), ("3",), ("6",)]


def test_an_empty_list_is_one_request(server: RESTServer, library: dict[str, Any]) -> None:
    with connect(server, library) as connection:
        assert connection.read_all(PATH) == ()
    assert connection.requests_made == 1


def test_a_total_that_changes_while_it_is_read_is_an_error(
    server: RESTServer, library: dict[str, Any]
) -> None:
    for number in range(1, 6):
        server.put(PATH, {"id": number, "name": f"sw{number}"})
    server.grow_after_first_page(PATH, 1)
    with (
        connect(server, library, page_size=2) as connection,
        pytest.raises(SourceReadError, match="changed while it was read: it told 5 objects and then 6"),
    ):
        connection.read_all(PATH)


@pytest.mark.parametrize("ids", [(1, 1), (1,)])
def test_pages_that_do_not_add_up_are_an_error(
    server: RESTServer, library: dict[str, Any], ids: tuple[int, ...]
) -> None:
    for page_ids in ((1, 2), ids):
        body = {"count": 4, "results": [{"id": one, "name": f"sw{one}"} for one in page_ids]}
        server.faults.append(Answer(200, json.dumps(body)))
    with (
        connect(server, library, page_size=2) as connection,
        pytest.raises(SourceReadError, match="the pages do not add up"),
    ):
        connection.read_all(PATH)


def test_many_values_are_asked_for_some_at_a_time(server: RESTServer, library: dict[str, Any]) -> None:
    for number in range(1, 6):
        server.put("dcim/interfaces", {"id": number, "name": "Vlan10"}, device_id=number)
    with connect(server, library) as connection:
        values = [str(number) for number in range(1, 6)]
        found = list(connection.read_in_batches("dcim/interfaces", "device_id", values, size=2))
    assert [row["id"] for row in found] == [1, 2, 3, 4, 5]
    assert [one.query["device_id"] for one in server.asked] == [("1", "2"), ("3", "4"), ("5",)]


def test_more_objects_than_are_plausible_are_refused(server: RESTServer, library: dict[str, Any]) -> None:
    for number in range(1, 4):
        server.put(PATH, {"id": number, "name": f"sw{number}"})
    with (
        connect(server, library, most_objects=2) as connection,
        pytest.raises(SourceReadError, match="has 3 objects, more than 2; choose a smaller part"),
    ):
        connection.read_all(PATH)


def test_a_busy_server_is_waited_for_as_it_asks(server: RESTServer, library: dict[str, Any]) -> None:
    server.put(PATH, {"id": 1, "name": "sw1"})
    server.faults.append(Answer(429, headers={"Retry-After": "0"}))
    server.faults.append(Answer(503))
    with connect(server, library) as connection:
        assert len(connection.read_all(PATH)) == 1
    assert len(server.asked) == 3


def test_a_server_that_stays_busy_is_given_up(server: RESTServer, library: dict[str, Any]) -> None:
    server.faults.extend(Answer(429, headers={"Retry-After": "0"}) for _ in range(3))
    with (
        connect(server, library) as connection,
        pytest.raises(SourceReadError, match=r"still busy after 3 tries.*; import again later"),
    ):
        connection.read_all(PATH)
    assert len(server.asked) == 3


def test_a_server_that_asks_for_a_day_is_not_waited_for_a_day(
    server: RESTServer, library: dict[str, Any]
) -> None:
    server.put(PATH, {"id": 1, "name": "sw1"})
    server.faults.append(Answer(429, headers={"Retry-After": "86400"}))
    with connect(server, library) as connection:
        assert len(connection.read_all(PATH)) == 1


def test_a_connection_that_breaks_is_tried_again(server: RESTServer, library: dict[str, Any]) -> None:
    server.put(PATH, {"id": 1, "name": "sw1"})
    server.faults.append(Answer(200, cut=True))
    with connect(server, library) as connection:
        assert len(connection.read_all(PATH)) == 1


def test_a_silent_server_is_given_up(server: RESTServer, library: dict[str, Any]) -> None:
    server.faults.append(Answer(200, seconds=1.0))
    with (
        connect(server, library, timeout_seconds=0.2, retries=0) as connection,
        pytest.raises(SourceReadError, match=r"no answer to dcim/devices within 0.2 s|cannot be reached"),
    ):
        connection.read_all(PATH)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(401, '{"detail": "Token expired"}'), r"does not take the token \(Token expired\)"),
        (Answer(403, '{"detail": "No permission"}'), r"the token does not allow this \(No permission\)"),
        (Answer(404, '{"detail": "Not found."}'), "there is no such page"),
        (Answer(400, '{"tenant": ["Unknown"]}'), r"it answers 400 \(\{'tenant'"),
        (Answer(200, "<html>Welcome</html>"), "is not JSON; check that this is the address"),
        (Answer(200, '{"hello": 1}'), "is not a list of objects"),
        (Answer(200, '{"count": 1, "results": [{"name": "x"}]}'), "lists something without an id"),
        (Answer(301, "", {"Location": "https://other.example.dk/"}), "the address of another page"),
    ],
)
def test_what_is_no_list_is_told_in_plain_words(
    server: RESTServer, library: dict[str, Any], answer: Answer, said: str
) -> None:
    server.faults.append(answer)
    with connect(server, library) as connection, pytest.raises(SourceReadError, match=said):
        connection.read_all(PATH)
    assert len(server.asked) == 1


def test_nobody_at_the_address_is_told(library: dict[str, Any]) -> None:
    settings = ServerSettings(address="http://127.0.0.1:9", retries=0)
    connection = ServerConnection(settings, token=lambda: SecretStr(TOKEN), **library)
    with connection, pytest.raises(SourceReadError, match=r"cannot be reached \(.*refused"):
        connection.read_all(PATH)


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_the_token_is_in_no_error_even_if_the_server_repeats_it(
    server: RESTServer, library: dict[str, Any], status: int
) -> None:
    server.faults.append(Answer(status, f'{{"detail": "bad token {TOKEN}"}}'))
    with connect(server, library, retries=0) as connection, pytest.raises(SourceReadError) as caught:
        connection.read_all(PATH)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__dict__)
    assert TOKEN not in shown
    assert "***" in shown
    assert TOKEN not in repr(connection)


def test_the_token_is_sent_whatever_a_netrc_file_says(
    server: RESTServer, library: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "netrc"
    other.write_text("machine 127.0.0.1 login somebody password else\n")
    other.chmod(0o600)
    assert netrc.netrc(str(other)).hosts
    monkeypatch.setenv("NETRC", str(other))
    with connect(server, library) as connection:
        connection.read_all(PATH)
    assert {one.authorization for one in server.asked} == {f"Token {TOKEN}"}


def test_a_netbox_token_of_the_second_kind_is_a_bearer_token(library: dict[str, Any]) -> None:
    second = "nbt_abc.def"
    with RESTServer(token=second, status=STATUS) as server:
        server.lists(PATH)
        with connect(server, library, token=second) as connection:
            connection.read_all(PATH)
        assert server.asked[0].authorization == f"Bearer {second}"


def test_a_certificate_is_checked_against_the_named_authority(
    library: dict[str, Any], tmp_path: Path
) -> None:
    certificate = make_certificate(tmp_path, "standin")
    with RESTServer(token=TOKEN, status=STATUS, certificate=certificate) as server:
        server.lists(PATH)
        with connect(server, library, ca_file=certificate[0]) as connection:
            assert connection.read_all(PATH) == ()
        with (
            connect(server, library, retries=0) as connection,
            pytest.raises(SourceReadError, match="certificate is not trusted"),
        ):
            connection.read_all(PATH)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://dcim.example.dk", "use https"),
        ("https://admin:secret@dcim.example.dk", "no credentials"),
        ("dcim.example.dk", "write the server's address"),
        ("ftp://dcim.example.dk", "write the server's address"),
    ],
)
def test_an_address_that_would_give_the_token_away_is_refused(address: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ServerSettings(address=address)


def test_an_address_may_end_in_api() -> None:
    assert ServerSettings(address="https://dcim.example.dk/api/").address == "https://dcim.example.dk"


def test_a_reading_without_location_and_tenant_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least one location or tenant"):
        ReadingScope()


def test_a_token_is_found_in_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token.json"
    file.write_text(f'{{"username": "api", "password": "{TOKEN}"}}')
    file.chmod(0o600)
    environment = {"STO_TOKEN": TOKEN}
    assert resolve_token("env:STO", environment=environment).get_secret_value() == TOKEN
    assert resolve_token(f"file:{file}", environment={}).get_secret_value() == TOKEN


@pytest.mark.parametrize("held", ["", "two words", "line\nbreak", "nøgle"])
def test_what_is_no_token_is_refused_and_not_repeated(held: str) -> None:
    with pytest.raises(CredentialError) as caught:
        resolve_token("env:STO", environment={"STO_TOKEN": held})
    assert not held or held not in str(caught.value)
