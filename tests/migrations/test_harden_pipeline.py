"""The sample pipeline: its own commands, run as a runner would, harden a twin and report it."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import pytest
import yaml

from migrations.hardening import plan_hardening
from records.approvals import sign
from tests.migrations.twin_devices import Devices

PIPELINE = Path(__file__).parents[2] / "examples" / "pipelines" / "gitlab-ci.yml"
DEVICE = "ndj-acc1"


@pytest.fixture(scope="module")
def devices(make_rehearsal: Any) -> Iterator[Devices]:
    made = Devices(make_rehearsal())
    with contextlib.ExitStack() as stack:
        made.start(stack)
        yield made


def run_job(devices: Devices, name: str) -> "subprocess.CompletedProcess[str]":
    """Run the commands of a job as a runner does: one shell, the first failure ends it."""
    pipeline = yaml.safe_load(PIPELINE.read_text(encoding="utf-8"))
    rehearsal = devices.rehearsal
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(pipeline[name]["script"])],
        cwd=rehearsal.folder,
        env=rehearsal.environment(PATH=path, **pipeline["variables"]),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def report_of(devices: Devices, name: str) -> dict[str, str]:
    """Return what a JUnit report says of every test in it."""
    found = {}
    for case in parse(devices.rehearsal.folder / name).iter("testcase"):  # noqa: S314 - our own file
        children = list(case)
        found[case.get("name", "")] = children[0].tag if children else "passed"
    return found


def test_pipeline_applies_the_signed_plan_and_nothing_else(devices: Devices) -> None:
    rehearsal = devices.rehearsal
    plan = rehearsal.folder / "plans" / "harden.json"
    with rehearsal.programme() as programme:
        made = plan_hardening(
            programme,
            selection=f"name={DEVICE}",
            author=programme.actor,
            path=plan,
            revert_after_seconds=1200,
        )
    signature = plan.with_name("harden.json.sig")

    signature.write_text(sign(made.plan.digest, "apply", key_file=rehearsal.key("mallory")), encoding="utf-8")
    before = devices.commits()
    refused = run_job(devices, "harden")
    assert refused.returncode != 0, refused.stdout
    assert not (rehearsal.folder / "harden.xml").exists()
    assert devices.commits() == before

    signature.write_text(sign(made.plan.digest, "apply", key_file=rehearsal.key("bo")), encoding="utf-8")
    applied = run_job(devices, "harden")
    assert applied.returncode == 0, applied.stderr
    assert report_of(devices, "harden.xml") == {DEVICE: "passed"}
    assert "transport input telnet" not in devices.twins[DEVICE].state().running


def test_pipeline_checks_the_inventory_and_reports_it(devices: Devices) -> None:
    checked = run_job(devices, "inventory")
    assert checked.returncode == 0, checked.stderr
    assert set(report_of(devices, "inventory.xml").values()) == {"passed"}
