"""The service answers only to its token, and the page shows what the records hold."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from api.authentication import load_token
from api.dashboard_view import STATES, build_view, render_bytes, render_seconds
from api.errors import TokenUnusable
from api.programme_source import ProgrammeSource
from inventory.service import load_checked, take_snapshot
from migrations.facts import DRIFT, MOVE
from records.models import VerdictRow
from records.revisions.versions.r0001_first_tables import TRANSITIONS
from records.service import Records

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOKEN = "a-token-made-for-this-test"
EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records(f"sqlite:///{tmp_path / 'programme.db'}", tmp_path / "evidence", clock=lambda: NOON)
    with opened.writing() as transaction:
        transaction.assets.transition(
            "ndj-web1", "server", from_state="NEW", to_state="DISCOVERED", reason="inventory"
        )
        transaction.assets.put_fact(
            "ndj-web1", MOVE, {"bytes_seeded": 316_000_000, "downtime_milliseconds": 12_345}
        )
        transaction.assets.put_fact(
            "ndj-acc1",
            DRIFT,
            {
                "found_at": NOON.isoformat(),
                "approved_evidence": "a" * 64,
                "current_evidence": "b" * 64,
                "lines": [{"change": "added", "section": "", "text": "ip http server"}],
            },
        )
        for run, verdict in (("run-1", "FAIL"), ("run-2", "PASS")):
            transaction.verdicts.add(
                [
                    VerdictRow.model_validate(
                        {
                            "run": run,
                            "device": "ndj-acc1",
                            "control": "MGT-01",
                            "verdict": verdict,
                            "message": "<b>telnet</b> on line vty 5 15",
                            "lines": ("12: transport input all",),
                            "evidence": None,
                            "at": NOON,
                        },
                    ),
                ],
            )
        transaction.journal.append(actor="anna", action="collect", subject="ndj-acc1", why="test")
    yield opened
    opened.close()


@pytest.fixture
def client(records: Records) -> Iterator[TestClient]:
    snapshot = take_snapshot(load_checked(EXAMPLE))
    app = create_app(ProgrammeSource(snapshot, records, clock=lambda: NOON), SecretStr(TOKEN))
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


BEARER = {"Authorization": f"Bearer {TOKEN}"}


def test_every_route_but_the_login_refuses_a_stranger(client: TestClient) -> None:
    checked = 0
    for route in ("/", *client.app.openapi()["paths"]):  # type: ignore[attr-defined]
        path = route.replace("{name}", "ndj-acc1").replace("{digest}", "a" * 64)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": "samdrift_session=wrong"}):
            answer = client.get(path, headers=headers)
            expected = 303 if path == "/" else 401
            assert answer.status_code == expected, path
            assert "ndj-" not in answer.text
            checked += 1
    assert checked == 18


def test_status_tells_devices_and_servers(client: TestClient) -> None:
    (municipality,) = client.get("/api/v1/status", headers=BEARER).json()["municipalities"]
    device = next(row for row in municipality["devices"] if row["name"] == "ndj-acc1")
    assert (device["found"]["failed"], device["now"]["passed"]) == (1, 1)
    server = next(row for row in municipality["servers"] if row["name"] == "ndj-web1")
    assert (server["state"], server["figures"]["bytes_seeded"]) == ("DISCOVERED", 316_000_000)
    assert {row["state"] for row in municipality["devices"]} == {"NEW"}


def test_one_device_one_server_and_the_journal_can_be_asked_for(client: TestClient) -> None:
    assert client.get("/api/v1/devices/ndj-acc1", headers=BEARER).json()["role"] == "access"
    assert client.get("/api/v1/servers/ndj-web1", headers=BEARER).json()["state"] == "DISCOVERED"
    assert [row["action"] for row in client.get("/api/v1/journal", headers=BEARER).json()] == ["collect"]
    assert client.get("/api/v1/journal?after=1", headers=BEARER).json() == []
    assert client.get("/api/v1/journal?limit=0", headers=BEARER).status_code == 422


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for path in ("devices/nobody", "servers/nobody", f"evidence/{'0' * 64}"):
        assert client.get(f"/api/v1/{path}", headers=BEARER).status_code == 404
    assert client.get("/api/v1/evidence/passwd", headers=BEARER).status_code == 422


def test_evidence_comes_back_as_it_was_stored(client: TestClient, records: Records) -> None:
    digest = records.evidence.put(b"hostname ndj-acc1\n")
    assert client.get(f"/api/v1/evidence/{digest}", headers=BEARER).content == b"hostname ndj-acc1\n"


def test_the_login_gives_a_session_and_the_page(client: TestClient) -> None:
    refused = client.post("/login", content="token=wrong")
    assert (refused.status_code, "ikke godtaget" in refused.text) == (401, True)
    answer = client.post("/login", content=f"token={TOKEN}")
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert TOKEN not in answer.headers["set-cookie"]
    page = client.get("/")
    assert page.status_code == 200
    assert "Norddjurs" in page.text
    assert "ip http server" in page.text
    assert "12,3 s" in page.text
    client.post("/logout")
    assert client.get("/").status_code == 303


def test_what_devices_say_cannot_become_markup(client: TestClient) -> None:
    page = client.get("/", headers=BEARER).text
    assert "<b>telnet" not in page
    assert "&lt;b&gt;telnet" in page


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    answer = client.get("/", headers=BEARER)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert client.get("/static/dashboard.css").status_code == 200


def test_every_lifecycle_state_has_a_word_on_the_page() -> None:
    reachable = {state for steps in TRANSITIONS.values() for step in steps for state in step}
    assert reachable - set(STATES) == set()


def test_a_device_that_was_never_judged_shows_no_share(client: TestClient, records: Records) -> None:
    snapshot = take_snapshot(load_checked(EXAMPLE))
    status = ProgrammeSource(snapshot, records, clock=lambda: NOON).status()
    view = build_view(status, zone=ZoneInfo("Europe/Copenhagen"))
    row = next(row for row in view.devices if row.name == "ndj-core1")
    assert (row.now, row.found_share, [cell.verdict for cell in row.cells]) == ("–", 0, ["NONE"])
    assert view.generated_at == "21.11.2026 13:00:00"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1,0 kB"), (316_000_000, "316,0 MB"), (2_500_000_000, "2,5 GB")],
)
def test_byte_counts_read_as_danes_write_them(count: int, text: str) -> None:
    assert render_bytes(count) == text


def test_a_downtime_that_was_not_measured_is_a_dash() -> None:
    assert (render_seconds(None), render_seconds(12_345)) == ("–", "12,3 s")


def test_the_token_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    file = tmp_path / "state" / "api-token"
    token = load_token(file)
    assert load_token(file) == token
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    with pytest.raises(TokenUnusable, match="chmod 600"):
        load_token(file)
    file.chmod(0o600)
    file.write_text("short")
    with pytest.raises(TokenUnusable, match="fewer than"):
        load_token(file)
