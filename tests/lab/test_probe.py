import http.server
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lab.guest_errors import ProbeError
from lab.guest_models import ServerEndpoint, ServerEndpoints
from lab.guest_ports import choose_free_port, port_is_free
from lab.guest_probe_record import ProbeEnd, ProbeRow, ProbeStart
from lab.probe import RECORD_NAME, Probe, ProbeSummary, ServerSummary, load_probe_summary, summarise

BEGAN = datetime(2026, 1, 5, 22, 0, tzinfo=UTC)
TEXT = "ndj-web1 serves"


@contextmanager
def http_server(port: int, *, text: str = TEXT, status: int = 200, hangs: bool = False) -> Iterator[None]:
    released = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if hangs:
                released.wait()
                return
            body = f"<h1>{text}</h1>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Expect that the probe breaks connections off."""

    server = Server(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def two_sides() -> ServerEndpoints:
    taken: set[int] = set()
    for _ in range(2):
        taken.add(choose_free_port(random.SystemRandom(), taken=taken))
    municipal, centre = taken
    return ServerEndpoints(
        text=TEXT,
        host="municipal",
        municipal=ServerEndpoint(address="127.0.0.1", port=municipal, guest_port=80),
        centre=ServerEndpoint(address="127.0.0.1", port=centre, guest_port=80),
    )


@contextmanager
def running_probe(server: ServerEndpoints, record: Path) -> Iterator[Probe]:
    probe = Probe({"ndj-web1": server}, record, timeout_seconds=0.3)
    probe.start()
    try:
        yield probe
    finally:
        probe.stop()


def rows(*answers: tuple[bool | None, bool | None]) -> list[ProbeRow]:
    return [
        ProbeRow(
            time=BEGAN + timedelta(seconds=number / 10),
            server="ndj-web1",
            municipal=municipal,
            centre=centre,
        )
        for number, (municipal, centre) in enumerate(answers)
    ]


def write_record(path: Path, found: list[ProbeRow], *, ended: bool = True) -> Path:
    start = ProbeStart(time=BEGAN, rate_per_second=10, timeout_seconds=1, servers=("ndj-web1",))
    lines = [start.model_dump_json(), *(row.model_dump_json() for row in found)]
    if ended:
        last = found[-1].time if found else BEGAN
        lines.append(ProbeEnd(time=last, missed=0).model_dump_json())
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_server_that_moves_in_order_leaves_a_clean_record_with_its_downtime(tmp_path: Path) -> None:
    server = two_sides()
    with running_probe(server, tmp_path / RECORD_NAME):
        with http_server(server.municipal.port):
            time.sleep(1)
        time.sleep(0.5)
        with http_server(server.centre.port):
            time.sleep(1)
    summary = load_probe_summary(tmp_path)
    seen = summary.servers["ndj-web1"]
    assert summary.problems() == ()
    assert seen.both == 0
    assert seen.municipal >= 8
    assert seen.centre >= 8
    assert 0.3 <= seen.downtime_seconds <= 1.2
    assert seen.neither_longest_seconds == seen.downtime_seconds
    assert seen.asked == seen.municipal + seen.centre + seen.neither


def test_server_that_serves_on_both_sides_is_named_as_a_problem(tmp_path: Path) -> None:
    server = two_sides()
    with ExitStack() as stack:
        stack.enter_context(http_server(server.municipal.port))
        stack.enter_context(http_server(server.centre.port))
        with running_probe(server, tmp_path / RECORD_NAME):
            time.sleep(0.6)
    summary = load_probe_summary(tmp_path)
    seen = summary.servers["ndj-web1"]
    assert seen.both >= 3
    assert summary.problems() == (
        f"server ndj-web1 served on both sides {seen.both} times, first at {seen.first_both}",
    )


@pytest.mark.parametrize(
    "disguise",
    [{"text": "ndj-web2 serves"}, {"status": 503}, {"hangs": True}],
    ids=["another-server", "error-status", "open-port-without-answer"],
)
def test_side_that_answers_without_serving_does_not_count(
    tmp_path: Path, disguise: dict[str, str | int | bool]
) -> None:
    server = two_sides()
    with ExitStack() as stack:
        stack.enter_context(http_server(server.municipal.port))
        stack.enter_context(http_server(server.centre.port, **disguise))  # type: ignore[arg-type]
        with running_probe(server, tmp_path / RECORD_NAME):
            time.sleep(0.6)
    seen = load_probe_summary(tmp_path).servers["ndj-web1"]
    assert (seen.both, seen.centre, seen.unknown) == (0, 0, 0)
    assert seen.municipal == seen.asked >= 3


def test_question_that_this_machine_cannot_put_is_unknown_and_not_an_outage(tmp_path: Path) -> None:
    server = two_sides()
    unroutable = server.model_copy(
        update={"centre": ServerEndpoint(address="127.255.255.255", port=80, guest_port=80)}
    )
    with http_server(server.municipal.port), running_probe(unroutable, tmp_path / RECORD_NAME):
        time.sleep(0.4)
    summary = load_probe_summary(tmp_path)
    seen = summary.servers["ndj-web1"]
    assert seen.unknown == seen.asked >= 2
    assert summary.problems() == (f"server ndj-web1 could not be asked {seen.unknown} times",)


def test_slow_answers_do_not_slow_the_probe(tmp_path: Path) -> None:
    server = two_sides()
    with ExitStack() as stack:
        stack.enter_context(http_server(server.municipal.port, hangs=True))
        stack.enter_context(http_server(server.centre.port))
        with running_probe(server, tmp_path / RECORD_NAME):
            time.sleep(1)
    summary = load_probe_summary(tmp_path)
    assert summary.problems() == ()
    assert summary.achieved_per_second >= 9


def test_summary_counts_every_kind_of_row(tmp_path: Path) -> None:
    found = rows(
        (False, False),
        (True, False),
        (False, False),
        (False, False),
        (False, True),
        (True, True),
        (None, True),
        (False, False),
        (False, True),
    )
    assert summarise(write_record(tmp_path / RECORD_NAME, found)) == ProbeSummary(
        servers={
            "ndj-web1": ServerSummary(
                asked=9,
                municipal=2,
                centre=4,
                both=1,
                neither=4,
                unknown=1,
                neither_longest_seconds=0.2,
                downtime_seconds=0.2 + 0.1,
                achieved_per_second=10.0,
                longest_gap_seconds=0.1,
                first_both=BEGAN + timedelta(seconds=0.5),
            )
        },
        rate_per_second=10.0,
        achieved_per_second=10.0,
        longest_gap_seconds=0.1,
        missed=0,
        last=BEGAN + timedelta(seconds=0.8),
        ended=True,
    )


def test_outage_that_never_ends_counts_up_to_the_last_row(tmp_path: Path) -> None:
    found = rows((True, False), (False, False), (False, False), (False, False))
    seen = summarise(write_record(tmp_path / RECORD_NAME, found)).servers["ndj-web1"]
    assert (seen.downtime_seconds, seen.neither_longest_seconds) == (0.2, 0.2)


def test_probe_that_looked_away_says_so(tmp_path: Path) -> None:
    found = rows(*[(True, False)] * 40)
    record = write_record(tmp_path / RECORD_NAME, found[:10] + found[30:])
    assert summarise(record).problems() == (
        "the probe asked 5.1 times a second instead of 10.0",
        "the probe looked away for 2.1 s",
    )


def test_server_that_never_answered_is_no_proof(tmp_path: Path) -> None:
    record = write_record(tmp_path / RECORD_NAME, rows(*[(False, False)] * 10))
    assert summarise(record).problems() == ("server ndj-web1 never answered on either side",)


def test_server_that_was_never_asked_is_no_proof(tmp_path: Path) -> None:
    record = write_record(tmp_path / RECORD_NAME, [])
    assert summarise(record).problems() == (
        "the probe asked 0.0 times a second instead of 10.0",
        "server ndj-web1 was never asked",
    )


def test_killed_probe_leaves_a_record_that_is_read_up_to_its_torn_line_and_says_so(tmp_path: Path) -> None:
    record = write_record(tmp_path / RECORD_NAME, rows(*[(True, False)] * 10), ended=False)
    with record.open("a") as file:
        file.write('{"kind":"row","time":"2026-')
    summary = summarise(record)
    assert summary.servers["ndj-web1"].asked == 10
    assert summary.problems() == ("the probe was not ended in order, so its record may lack its end",)


def test_running_probe_is_judged_by_how_far_its_record_reaches(tmp_path: Path) -> None:
    record = write_record(tmp_path / RECORD_NAME, rows(*[(True, False)] * 10), ended=False)
    summary = summarise(record)
    assert summary.problems(until=summary.last + timedelta(seconds=1)) == ()
    late = summary.last + timedelta(seconds=60)
    assert summary.problems(until=late) == (f"the probe's record ends at {summary.last}, before {late}",)


def test_record_with_a_foreign_line_is_refused_with_its_number(tmp_path: Path) -> None:
    record = write_record(tmp_path / RECORD_NAME, rows((True, False)))
    record.write_text(record.read_text() + json.dumps({"kind": "row", "server": "ndj-web1"}) + "\n")
    with pytest.raises(ProbeError, match=r"line 4 is no line of the probe"):
        summarise(record)


def test_record_with_a_server_that_nobody_asked_for_is_refused(tmp_path: Path) -> None:
    stranger = rows((True, False))[0].model_copy(update={"server": "ndj-web9"})
    with pytest.raises(ProbeError, match=r"row of server ndj-web9, which no run was told to ask"):
        summarise(write_record(tmp_path / RECORD_NAME, [stranger]))


def test_absent_record_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match=r"probe\.jsonl cannot be read"):
        load_probe_summary(tmp_path)


def test_empty_record_is_an_error(tmp_path: Path) -> None:
    (tmp_path / RECORD_NAME).write_text("")
    with pytest.raises(ProbeError, match="holds no run of the probe"):
        load_probe_summary(tmp_path)


def test_probe_without_servers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match="no server to ask"):
        Probe({}, tmp_path / RECORD_NAME)


def test_record_in_an_absent_folder_is_refused_at_the_start(tmp_path: Path) -> None:
    probe = Probe({"ndj-web1": two_sides()}, tmp_path / "absent" / RECORD_NAME)
    with pytest.raises(ProbeError, match="cannot write its record"):
        probe.start()
    probe.stop()


def test_probe_that_runs_is_not_started_twice(tmp_path: Path) -> None:
    with (
        running_probe(two_sides(), tmp_path / RECORD_NAME) as probe,
        pytest.raises(ProbeError, match="runs already"),
    ):
        probe.start()


def test_probe_that_broke_off_says_so_when_it_is_stopped(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.fail("the test needs /dev/full")
    probe = Probe({"ndj-web1": two_sides()}, full)
    probe.start()
    with pytest.raises(ProbeError, match="broke off: OSError"):
        probe.stop()


def test_second_run_is_added_and_its_pause_is_seen(tmp_path: Path) -> None:
    server = two_sides()
    with http_server(server.municipal.port):
        for _ in range(2):
            with running_probe(server, tmp_path / RECORD_NAME):
                time.sleep(0.4)
            time.sleep(1.3)
    summary = load_probe_summary(tmp_path)
    assert summary.longest_gap_seconds > 1
    assert len(summary.problems()) == 2


def test_port_that_is_chosen_is_free_and_below_the_range_of_outgoing_connections() -> None:
    port = choose_free_port(random.SystemRandom(), taken=())
    assert 20_000 <= port < int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        assert not port_is_free(port)
    assert port_is_free(port)
