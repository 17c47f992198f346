"""An approval is a signature that OpenSSH verifies, by a listed key that is not the author's."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from records.approvals import render_message, sign
from records.errors import (
    ApprovalIncomplete,
    ApprovalRefused,
    SignatureInvalid,
    SignerIsAuthor,
    SignerUnlisted,
)
from records.models import Plan
from records.service import Records


class Signers(Protocol):
    allowed: Path
    key: Callable[[str], Path]


def _plan(records: Records, author: str = "carl@example.dk") -> Plan:
    with records.writing() as transaction:
        return transaction.plans.put(kind="wave", author=author, body={"servers": ["ndj-web1"]})


def test_a_person_can_read_what_is_signed() -> None:
    assert render_message("ab" * 32, "wave-plan") == (
        b"samdrift approval\npurpose: wave-plan\nplan: sha256:" + b"ab" * 32 + b"\n"
    )


def test_two_listed_signers_complete_an_approval(records: Records, signers: Signers) -> None:
    plan = _plan(records)
    for name in ("anna", "bo"):
        signature = sign(plan.digest, "wave-plan", key_file=signers.key(name))
        with records.writing() as transaction:
            transaction.approvals.add(plan, "wave-plan", signature=signature, allowed_signers=signers.allowed)
    with records.reading() as transaction:
        holding = transaction.approvals.require(
            plan, "wave-plan", identities=2, allowed_signers=signers.allowed
        )
    assert [approval.identity for approval in holding] == ["anna@example.dk", "bo@example.dk"]


def test_one_person_twice_is_one_approval(records: Records, signers: Signers) -> None:
    plan = _plan(records)
    for _ in range(2):
        signature = sign(plan.digest, "wave-plan", key_file=signers.key("anna"))
        with records.writing() as transaction:
            transaction.approvals.add(plan, "wave-plan", signature=signature, allowed_signers=signers.allowed)
    with records.reading() as transaction, pytest.raises(ApprovalIncomplete, match="needs 2"):
        transaction.approvals.require(plan, "wave-plan", identities=2, allowed_signers=signers.allowed)


def test_one_key_under_two_names_is_one_person(records: Records, signers: Signers, tmp_path: Path) -> None:
    plan = _plan(records)
    listed = tmp_path / "allowed_signers"
    key = signers.key("anna").with_suffix(".pub").read_text()
    listed.write_text(f"anna@example.dk {key}")
    signature = sign(plan.digest, "wave-plan", key_file=signers.key("anna"))
    with records.writing() as transaction:
        transaction.approvals.add(plan, "wave-plan", signature=signature, allowed_signers=listed)
    listed.write_text(f"second@example.dk {key}")
    with records.writing() as transaction, pytest.raises(SignerUnlisted, match="one key is one person"):
        transaction.approvals.add(plan, "wave-plan", signature=signature, allowed_signers=listed)


def test_an_unlisted_key_is_refused(records: Records, signers: Signers) -> None:
    plan = _plan(records)
    signature = sign(plan.digest, "wave-plan", key_file=signers.key("mallory"))
    with records.writing() as transaction, pytest.raises(SignerUnlisted, match="not among the allowed"):
        transaction.approvals.add(plan, "wave-plan", signature=signature, allowed_signers=signers.allowed)


def test_the_author_is_refused(records: Records, signers: Signers) -> None:
    plan = _plan(records, author="anna@example.dk")
    signature = sign(plan.digest, "wave-plan", key_file=signers.key("anna"))
    with records.writing() as transaction, pytest.raises(SignerIsAuthor, match="somebody else"):
        transaction.approvals.add(plan, "wave-plan", signature=signature, allowed_signers=signers.allowed)


def test_a_signature_over_another_digest_is_refused(records: Records, signers: Signers) -> None:
    plan = _plan(records)
    signature = sign("0" * 64, "wave-plan", key_file=signers.key("anna"))
    with records.writing() as transaction, pytest.raises(SignatureInvalid, match="does not fit"):
        transaction.approvals.add(plan, "wave-plan", signature=signature, allowed_signers=signers.allowed)


def test_a_signature_for_another_purpose_is_refused(records: Records, signers: Signers) -> None:
    plan = _plan(records)
    signature = sign(plan.digest, "wave-plan", key_file=signers.key("anna"))
    with records.writing() as transaction, pytest.raises(SignatureInvalid):
        transaction.approvals.add(plan, "cutover", signature=signature, allowed_signers=signers.allowed)


def test_a_refused_signature_leaves_nothing(records: Records, signers: Signers) -> None:
    plan = _plan(records)
    with pytest.raises(SignatureInvalid), records.writing() as transaction:
        transaction.approvals.add(plan, "wave-plan", signature="nonsense", allowed_signers=signers.allowed)
    with records.reading() as transaction:
        assert transaction.approvals.of(plan.digest, "wave-plan") == ()


def test_an_approval_stops_counting_when_its_key_is_no_longer_listed(
    records: Records,
    signers: Signers,
    tmp_path: Path,
) -> None:
    plan = _plan(records)
    listed = tmp_path / "allowed_signers"
    listed.write_text(signers.allowed.read_text())
    signature = sign(plan.digest, "apply", key_file=signers.key("bo"))
    with records.writing() as transaction:
        transaction.approvals.add(plan, "apply", signature=signature, allowed_signers=listed)
        transaction.approvals.require(plan, "apply", identities=1, allowed_signers=listed)
    listed.write_text(signers.allowed.read_text().splitlines()[0] + "\n")
    with records.reading() as transaction, pytest.raises(ApprovalIncomplete, match="nobody"):
        transaction.approvals.require(plan, "apply", identities=1, allowed_signers=listed)


def test_a_key_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ApprovalRefused, match="check the key file"):
        sign("0" * 64, "apply", key_file=tmp_path / "nobody")
