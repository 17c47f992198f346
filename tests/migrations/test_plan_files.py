"""Plan files are believed only when they are exactly a plan that is stored; approvals count people."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migrations.approval_rules import REQUIRED, require_approval
from migrations.errors import PlanInvalid
from migrations.plan_file import load_plan, store_plan
from migrations.programme import Programme
from records.approvals import sign
from records.errors import (
    ApprovalIncomplete,
    PlanUnknown,
    SignatureInvalid,
    SignerIsAuthor,
    SignerUnlisted,
)
from records.models import Plan, Purpose
from records.plans import plan_digest

Rehearsal = Any
BODY = {"servers": ["ndj-web1"], "rounds": 2}


def stored(programme: Programme, path: Path | None = None) -> Plan:
    return store_plan(programme.records, path, kind="wave", author=programme.actor, body=BODY)


def test_a_plan_file_is_the_plan_that_was_stored(rehearsal: Rehearsal) -> None:
    path = rehearsal.folder / "plans" / "wave.json"
    with rehearsal.programme() as programme:
        plan = stored(programme, path)
        assert load_plan(programme.records, path, kind="wave") == plan
        assert stored(programme, path) == plan
        with programme.records.reading() as transaction:
            entries = [entry.action for entry in transaction.journal.entries()]
    assert entries == ["plan"]


def _content(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


SPOILED: dict[str, tuple[Callable[[Path], object], str]] = {
    "another body": (
        lambda path: _write(path, _content(path) | {"body": BODY | {"rounds": 3}}),
        "was altered",
    ),
    "another author": (lambda path: _write(path, _content(path) | {"author": "anna"}), "was altered"),
    "another kind": (lambda path: _write(path, _content(path) | {"kind": "device-change"}), "was altered"),
    "a key more": (lambda path: _write(path, _content(path) | {"more": 1}), "is no plan file"),
    "a key less": (lambda path: _write(path, {"kind": "wave"}), "is no plan file"),
    "a list": (lambda path: _write(path, []), "is no plan file"),
    "a fraction": (lambda path: _write(path, _content(path) | {"body": 1.5}), "holds what no plan holds"),
    "no number": (
        lambda path: path.write_text(path.read_text().replace(": 2", ": NaN")),
        "holds what no plan",
    ),
    "half a letter": (lambda path: _write(path, _content(path) | {"author": "\ud800"}), "holds what no plan"),
    "half of it": (lambda path: path.write_text(path.read_text()[:40]), "is not JSON"),
    "no text": (lambda path: path.write_bytes(b"\xff\xfe\x00"), "is not JSON"),
    "too deep": (lambda path: path.write_text("[" * 100_000), "is not JSON"),
    "nothing there": (lambda path: path.unlink(), "cannot be read"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "cannot be read"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_plan_file_is_refused(rehearsal: Rehearsal, name: str) -> None:
    spoil, told = SPOILED[name]
    path = rehearsal.folder / "wave.json"
    with rehearsal.programme() as programme:
        stored(programme, path)
        spoil(path)
        with pytest.raises(PlanInvalid, match=told):
            load_plan(programme.records, path)


def test_a_plan_of_another_kind_is_refused(rehearsal: Rehearsal) -> None:
    path = rehearsal.folder / "wave.json"
    with rehearsal.programme() as programme:
        stored(programme, path)
        with pytest.raises(PlanInvalid, match="of kind 'wave', not 'device-change'"):
            load_plan(programme.records, path, kind="device-change")


def test_a_plan_that_was_made_elsewhere_is_unknown_here(rehearsal: Rehearsal) -> None:
    path = rehearsal.folder / "wave.json"
    digest = plan_digest(kind="wave", author="carl", body=BODY)
    _write(path, {"kind": "wave", "author": "carl", "digest": digest, "body": BODY})
    with rehearsal.programme() as programme, pytest.raises(PlanUnknown):
        load_plan(programme.records, path)


def test_a_plan_whose_file_cannot_be_written_is_not_stored(rehearsal: Rehearsal) -> None:
    (rehearsal.folder / "file").touch()
    with rehearsal.programme() as programme:
        with pytest.raises(PlanInvalid, match="cannot be written"):
            stored(programme, rehearsal.folder / "file" / "wave.json")
        with programme.records.reading() as transaction:
            assert transaction.plans.list() == ()


@pytest.mark.parametrize("purpose", REQUIRED)
def test_as_many_people_as_the_purpose_needs_open_it(rehearsal: Rehearsal, purpose: Purpose) -> None:
    people = ("anna", "bo")[: REQUIRED[purpose]]
    with rehearsal.programme() as programme:
        plan = stored(programme)
        for person in people:
            with pytest.raises(ApprovalIncomplete):
                require_approval(programme, plan, purpose)
            rehearsal.approve(programme, plan, purpose, person)
            # The same person again is still one person.
            rehearsal.approve(programme, plan, purpose, person)
        approvals = require_approval(programme, plan, purpose)
        assert [one.identity for one in approvals] == [f"{person}@example.dk" for person in people]
        with programme.records.reading() as transaction:
            (last,) = transaction.journal.latest(1)
        assert (last.action, last.subject) == (f"use approval for {purpose}", f"plan {plan.digest}")


def test_the_author_a_stranger_and_another_digest_do_not_count(rehearsal: Rehearsal) -> None:
    with rehearsal.programme() as programme:
        plan = stored(programme)
        other = store_plan(programme.records, None, kind="wave", author=programme.actor, body=[])
        with pytest.raises(SignerIsAuthor):
            rehearsal.approve(programme, plan, "wave-plan", "ida")
        with pytest.raises(SignerUnlisted):
            rehearsal.approve(programme, plan, "wave-plan", "mallory")
        for digest, purpose in ((other.digest, "wave-plan"), (plan.digest, "cutover")):
            signature = sign(digest, purpose, key_file=rehearsal.key("anna"))
            with pytest.raises(SignatureInvalid), programme.records.writing() as transaction:
                transaction.approvals.add(
                    plan, "wave-plan", signature=signature, allowed_signers=programme.allowed_signers
                )
        with pytest.raises(ApprovalIncomplete, match="has those of nobody"):
            require_approval(programme, plan, "wave-plan")


def test_an_approver_who_is_no_longer_listed_no_longer_counts(rehearsal: Rehearsal) -> None:
    with rehearsal.programme() as programme:
        plan = stored(programme)
        rehearsal.approve(programme, plan, "apply", "anna")
        require_approval(programme, plan, "apply")
    listed = rehearsal.folder / "keys" / "allowed_signers"
    lines = listed.read_text().splitlines(keepends=True)
    listed.write_text("".join(line for line in lines if not line.startswith("anna")))
    with rehearsal.programme() as programme, pytest.raises(ApprovalIncomplete):
        require_approval(programme, plan, "apply")
