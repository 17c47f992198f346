"""The dashboard page in a real browser: log in, look, and see what the records hold."""

import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from pydantic import SecretStr
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from api.app import create_app
from api.programme_source import ProgrammeSource
from inventory.service import load_checked, take_snapshot
from migrations.facts import DRIFT, MOVE
from records.service import Records

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOKEN = "a-token-made-for-this-page"
EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,1600",
)

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(
        shutil.which("chromium") is None or shutil.which("chromedriver") is None,
        reason="Debian's chromium and chromium-driver are not installed",
    ),
]


def _fill(records: Records) -> None:
    with records.writing() as transaction:
        transaction.assets.transition(
            "ndj-web1", "server", from_state="NEW", to_state="DISCOVERED", reason="inventory"
        )
        figures = {"bytes_seeded": 41_746_432, "downtime_milliseconds": 7_200}
        transaction.assets.put_fact("ndj-web1", MOVE, figures)
        drift = {
            "found_at": NOON.isoformat(),
            "approved_evidence": "a" * 64,
            "current_evidence": "b" * 64,
            "lines": [{"change": "added", "section": "line vty 0 4", "text": "transport input telnet"}],
        }
        transaction.assets.put_fact("ndj-acc2", DRIFT, drift)
        transaction.journal.append(actor="anna", action="collect", subject="ndj-acc2", why="collected")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    records = Records(f"sqlite:///{tmp_path / 'programme.db'}", tmp_path / "evidence", clock=lambda: NOON)
    _fill(records)
    source = ProgrammeSource(take_snapshot(load_checked(EXAMPLE)), records, clock=lambda: NOON)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(source, SecretStr(TOKEN)), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
            records.close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = Options()
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'browser'}"):
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium") or ""
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def _log_in(browser: webdriver.Chrome, token: str) -> None:
    """Send the form and wait for the page that answers it: a click returns before the old page is gone."""
    browser.find_element(By.ID, "token").send_keys(token)
    button = browser.find_element(By.TAG_NAME, "button")
    button.click()
    WebDriverWait(browser, 30).until(expected_conditions.staleness_of(button))


def test_a_person_logs_in_and_sees_where_everything_stands(address: str, browser: webdriver.Chrome) -> None:
    browser.get(address)
    assert browser.current_url.endswith("/login")
    _log_in(browser, "wrong" * 4)
    assert "ikke godtaget" in browser.find_element(By.CLASS_NAME, "refused").text
    _log_in(browser, TOKEN)
    text = browser.find_element(By.TAG_NAME, "body").text
    assert "Norddjurs Kommune" in text
    assert "transport input telnet" in text
    assert "41,7 MB" in text
    assert "7,2 s" in text
    # Nothing that a person has to read may stick out of the page to the side.
    wide = browser.execute_script(
        "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert wide is False
    styled = browser.execute_script(
        "return getComputedStyle(document.querySelector('.figure')).borderLeftWidth"
    )
    assert styled != "0px"
    refused = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert [entry["message"] for entry in refused if "401" not in entry["message"]] == []
