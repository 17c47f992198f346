"""Events reach their receivers over real sockets: signed, retried, and at least once."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from inventory.errors import CredentialError
from migrations.errors import EventNotDelivered, ReceiversInvalid
from migrations.event_delivery import EventDelivery, pause_seconds
from migrations.event_receivers import load_receivers, senders_for, sign_body
from migrations.event_texts import LARGEST_SYSLOG_BYTES, render_json_line, render_syslog
from records.models import EventRow
from records.service import Records

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BODY = {
    "municipality": "norddjurs",
    "platform": "ios",
    "lines_total": 1,
    "lines": [{"change": "added", "section": "line vty 5 15", "text": 'transport input "telnet]'}],
}


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Web:
    """A receiver of webhooks that answers what it is told to."""

    answers: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def web() -> Iterator[Web]:
    state = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.taken.append((dict(self.headers.items()), body))
            status = state.answers.pop(0) if state.answers else 204
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(tmp_path: Path, clock: Clock) -> Iterator[Records]:
    opened = Records(f"sqlite:///{tmp_path / 'programme.db'}", tmp_path / "evidence", clock=clock)
    yield opened
    opened.close()


Delivering = Callable[..., EventDelivery]


@pytest.fixture
def delivering(tmp_path: Path, records: Records, clock: Clock) -> Delivering:
    def make(*receivers: dict[str, Any]) -> EventDelivery:
        path = tmp_path / "receivers.yaml"
        path.write_text(json.dumps({"receivers": receivers}))
        senders = senders_for(
            load_receivers(path),
            environment={"SOC_PASSWORD": "a long random secret"},
            folder=tmp_path,
            host="centre",
            clock=clock,
        )
        return EventDelivery(records, senders, clock)

    return make


def webhook(port: int, name: str = "soc") -> dict[str, Any]:
    return {"kind": "webhook", "name": name, "url": f"http://127.0.0.1:{port}/in", "secret": "env:SOC"}


def raise_event(records: Records, key: str = "unauthorised-change:acc1:1:2") -> bool:
    with records.writing() as transaction:
        row = transaction.events.add(key=key, kind="unauthorised-change", subject="acc1", body=BODY)
    return row is not None


def deliveries(records: Records) -> list[tuple[int, str, int, bool]]:
    with records.reading() as transaction:
        rows = transaction.events.deliveries()
    return [(one.event, one.receiver, one.attempts, one.delivered_at is not None) for one in rows]


def test_an_event_is_raised_once_for_one_key(records: Records) -> None:
    assert [raise_event(records), raise_event(records), raise_event(records, "other")] == [True, False, True]


def test_a_webhook_is_signed_over_its_moment_and_every_byte(
    records: Records, delivering: Delivering, web: Web
) -> None:
    raise_event(records)
    delivery = delivering(webhook(web.port))

    assert (delivery.deliver_due(), delivery.deliver_due()) == (1, 0)
    ((headers, body),) = web.taken
    moment = headers["Samdrift-Timestamp"]
    assert moment == str(int(NOON.timestamp()))
    expected = hmac.new(b"a long random secret", moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["Samdrift-Signature"] == f"sha256={expected}"
    assert headers["Samdrift-Event"] == "unauthorised-change:acc1:1:2"
    assert json.loads(body) == {
        "key": "unauthorised-change:acc1:1:2",
        "number": 1,
        "kind": "unauthorised-change",
        "subject": "acc1",
        "at": NOON.isoformat(),
        "body": BODY,
    }
    assert deliveries(records) == [(1, "soc", 1, True)]


@pytest.mark.parametrize("answer", [302, 400, 500])
def test_a_refused_webhook_is_tried_again_when_its_pause_is_over(
    records: Records, delivering: Delivering, web: Web, clock: Clock, answer: int
) -> None:
    raise_event(records)
    web.answers = [answer, answer]
    delivery = delivering(webhook(web.port))

    assert [delivery.deliver_due(), delivery.deliver_due()] == [0, 0]
    assert len(web.taken) == 1
    clock.now += timedelta(seconds=5)
    assert delivery.deliver_due() == 0
    clock.now += timedelta(seconds=9)
    assert delivery.deliver_due() == 0
    assert deliveries(records) == [(1, "soc", 2, False)]
    clock.now += timedelta(seconds=1)
    assert delivery.deliver_due() == 1
    assert deliveries(records) == [(1, "soc", 3, True)]
    assert len({body for _, body in web.taken}) == 1


def test_a_receiver_that_is_away_holds_up_nobody_and_gets_its_events_in_order(
    records: Records, delivering: Delivering, web: Web, clock: Clock
) -> None:
    for key in ("first", "second"):
        raise_event(records, key)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = webhook(closed.getsockname()[1], "away")
        assert delivering(away, webhook(web.port)).deliver_due() == 2
    assert deliveries(records) == [
        (1, "away", 1, False),
        (1, "soc", 1, True),
        (2, "away", 0, False),
        (2, "soc", 1, True),
    ]
    web.taken.clear()
    clock.now += timedelta(seconds=5)

    assert delivering(webhook(web.port, "away")).deliver_due() == 2
    assert [headers["Samdrift-Event"] for headers, _ in web.taken] == ["first", "second"]


def test_an_event_survives_a_process_that_ended_between_sending_and_writing_it_down(
    records: Records, delivering: Delivering, web: Web
) -> None:
    raise_event(records)
    sender = senders_of(delivering(webhook(web.port)))
    with records.reading() as transaction:
        (event,) = transaction.events.all()
    sender.send(event)

    assert delivering(webhook(web.port)).deliver_due() == 1
    assert [headers["Samdrift-Event"] for headers, _ in web.taken] == [event.key] * 2


def senders_of(delivery: EventDelivery) -> Any:
    (sender,) = delivery._senders.values()
    return sender


def test_an_earlier_event_that_waits_is_not_overtaken(
    records: Records, delivering: Delivering, web: Web, clock: Clock
) -> None:
    raise_event(records, "first")
    web.answers = [500]
    delivery = delivering(webhook(web.port))
    delivery.deliver_due()
    raise_event(records, "second")
    assert delivery.deliver_due() == 0
    clock.now += timedelta(seconds=5)
    assert delivery.deliver_due() == 2
    assert [headers["Samdrift-Event"] for headers, _ in web.taken] == ["first", "first", "second"]


def collect(server: socket.socket, into: list[bytes]) -> threading.Thread:
    def work() -> None:
        line, _ = server.accept()
        with line:
            parts = []
            while part := line.recv(65536):
                parts.append(part)
        into.append(b"".join(parts))

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_syslog_goes_over_udp_and_counted_over_tcp_and_json_in_lines(
    records: Records, delivering: Delivering, tmp_path: Path
) -> None:
    raise_event(records)
    with (
        socket.socket(type=socket.SOCK_DGRAM) as udp,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.create_server(("127.0.0.1", 0)) as stream,
    ):
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(10)
        got: list[bytes] = []
        lines: list[bytes] = []
        threads = [collect(tcp, got), collect(stream, lines)]
        made = delivering(
            *(
                {"kind": "syslog", "name": name, "transport": name, "address": "127.0.0.1", "port": port}
                for name, port in (("udp", udp.getsockname()[1]), ("tcp", tcp.getsockname()[1]))
            ),
            {"kind": "json-lines", "name": "stream", "address": "127.0.0.1", "port": stream.getsockname()[1]},
            {"kind": "json-file", "name": "file", "path": str(tmp_path / "events.jsonl")},
        ).deliver_due()
        for thread in threads:
            thread.join(10)
        datagram = udp.recv(65536)
    with records.reading() as transaction:
        (event,) = transaction.events.all()
    expected = render_syslog(event, host="centre")
    assert made == 4
    assert datagram == expected
    assert got == [f"{len(expected)} ".encode() + expected]
    assert lines == [render_json_line(event)]
    assert (tmp_path / "events.jsonl").read_bytes() == render_json_line(event)


def test_a_syslog_message_is_as_rfc_5424_writes_it() -> None:
    event = EventRow(number=7, key='k"]\\', kind="unauthorised-change", subject="acc1", at=NOON, body=BODY)
    assert render_syslog(event, host="centre 1").decode() == (
        "<108>1 2026-11-22T12:00:00.000000Z centre1 samdrift - unauthorised-change "
        '[samdrift@32473 number="7" key="k\\"\\]\\\\" device="acc1" municipality="norddjurs" platform="ios" '
        'lines_total="1"] \ufeffunauthorised-change on acc1; '
        'added [line vty 5 15]: transport input "telnet]'
    )


def test_a_syslog_message_never_exceeds_what_receivers_take() -> None:
    many = {**BODY, "lines": [{"change": "added", "section": "", "text": "å" * 300}] * 50}
    event = EventRow(number=1, key="k", kind="unauthorised-change", subject="acc1", at=NOON, body=many)

    message = render_syslog(event, host="centre")
    assert LARGEST_SYSLOG_BYTES - 1 <= len(message) <= LARGEST_SYSLOG_BYTES
    assert message.decode().endswith("å")


def test_a_collector_that_resets_the_connection_did_not_take_the_event(
    records: Records, delivering: Delivering
) -> None:
    raise_event(records)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reset() -> None:
            line, _ = server.accept()
            # Closing with a linger of zero sends RST, whatever was read.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            line.close()

        thread = threading.Thread(target=reset)
        thread.start()
        receiver = {
            "kind": "json-lines",
            "name": "s",
            "address": "127.0.0.1",
            "port": server.getsockname()[1],
        }
        assert delivering(receiver).deliver_due() == 0
        thread.join(10)
    assert deliveries(records) == [(1, "s", 1, False)]


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_seconds(attempts) for attempts in (1, 2, 3, 10, 11, 500)] == [5, 10, 20, 2560, 3600, 3600]


@pytest.mark.parametrize(
    "receiver",
    [
        webhook(1) | {"url": "http://soc.example.dk/in"},
        webhook(1) | {"url": "https://user:word@soc.example.dk/in"},
        webhook(1) | {"url": "ftp://127.0.0.1/in"},
        webhook(1) | {"secret": "a long random secret"},
        webhook(1) | {"retries": 3},
        {"kind": "syslog", "name": "s", "transport": "tls", "address": "127.0.0.1", "port": 514},
        {"kind": "pigeon", "name": "s"},
    ],
)
def test_a_receiver_that_is_not_right_is_refused_without_repeating_it(
    tmp_path: Path, receiver: dict[str, Any]
) -> None:
    path = tmp_path / "receivers.yaml"
    path.write_text(json.dumps({"receivers": [receiver]}))
    with pytest.raises(ReceiversInvalid) as refused:
        load_receivers(path)
    assert "random" not in str(refused.value)


def test_two_receivers_of_one_name_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "receivers.yaml"
    with pytest.raises(ReceiversInvalid, match="cannot be read"):
        load_receivers(path)
    path.write_text(json.dumps({"receivers": [webhook(1), webhook(2)]}))
    with pytest.raises(ReceiversInvalid, match="same name"):
        load_receivers(path)


def test_a_secret_is_long_private_and_read_before_anything_is_sent(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "receivers.yaml"
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    path.write_text(json.dumps({"receivers": [webhook(1) | {"secret": "file:secret"}]}))

    def made(environment: dict[str, str] | None = None) -> int:
        return len(
            senders_for(
                load_receivers(path), environment=environment or {}, folder=tmp_path, host="h", clock=clock
            )
        )

    for text in ("", "short"):
        secret.write_text(text)
        with pytest.raises(CredentialError, match="shorter than 16"):
            made()
    secret.write_text("a long random secret\n")
    assert made() == 1
    secret.chmod(0o604)
    with pytest.raises(CredentialError, match="reach it"):
        made()
    path.write_text(json.dumps({"receivers": [webhook(1)]}))
    with pytest.raises(CredentialError):
        made({"SOC_PASSWORD": "short"})


def test_another_secret_or_body_gives_another_signature() -> None:
    one = sign_body(SecretStr("a" * 16), "1", b"x")
    assert (
        len({one, sign_body(SecretStr("b" * 16), "1", b"x"), sign_body(SecretStr("a" * 16), "1", b"y")}) == 3
    )
    assert one != sign_body(SecretStr("a" * 16), "2", b"x")


def test_a_file_that_cannot_be_written_is_told(delivering: Delivering, tmp_path: Path) -> None:
    sender = senders_of(delivering({"kind": "json-file", "name": "f", "path": str(tmp_path / "no" / "f")}))
    event = EventRow(number=1, key="k", kind="x", subject="acc1", at=NOON, body={})
    with pytest.raises(EventNotDelivered):
        sender.send(event)
