"""Who may approve: read strictly, written back in the form that ssh-keygen believes."""

import subprocess
from pathlib import Path

import pytest

from inventory.approvers import parse_allowed_signers, render_allowed_signers
from inventory.errors import InventoryReadError
from inventory.models import Approver
from inventory.service import load_inventory

KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIJ1bAfDx2zrbDjV0VPKfBHsRr1DwA1ZBmQ5rAAAAAAAA"
ANNA = Approver(principal="anna@norddjurs.example", key_type="ssh-ed25519", public_key=KEY, comment="Anna B.")


def test_lines_become_approvers_and_lines_again() -> None:
    text = f'# who\n\nanna@norddjurs.example namespaces="samdrift" ssh-ed25519 {KEY} Anna B.\n'

    assert parse_allowed_signers(text, "approvers/allowed_signers") == ((ANNA,), ())
    assert render_allowed_signers((ANNA,)) == text.splitlines(keepends=True)[2]


@pytest.mark.parametrize(
    "line",
    [
        f"anna@norddjurs.example ssh-ed25519 {KEY}",
        f'*@norddjurs.example namespaces="samdrift" ssh-ed25519 {KEY}',
        f'anna,bo namespaces="samdrift" ssh-ed25519 {KEY}',
        f'anna namespaces="git" ssh-ed25519 {KEY}',
        f'anna namespaces="samdrift,*" ssh-ed25519 {KEY}',
        f'anna cert-authority,namespaces="samdrift" ssh-ed25519 {KEY}',
        f'anna namespaces="samdrift" rot13 {KEY}',
        "nonsense",
    ],
)
def test_a_line_that_would_let_others_approve_is_refused(line: str) -> None:
    approvers, violations = parse_allowed_signers(f"# who\n{line}\n", "f")

    assert approvers == ()
    assert [(one.rule, one.location.line) for one in violations] == [("approver", 2)]
    assert 'namespaces="samdrift" ssh-ed25519' in violations[0].action


def test_one_key_under_two_names_is_refused() -> None:
    line = f'namespaces="samdrift" ssh-ed25519 {KEY}'

    _, violations = parse_allowed_signers(f"anna {line}\nbo {line}\n", "f")

    assert [(one.rule, one.location.line, one.related[0].line) for one in violations] == [
        ("approver-key-twice", 2, 1)
    ]
    assert violations[0].message == "the key of bo is already listed for anna"


def test_the_written_form_is_one_that_ssh_keygen_verifies_with(tmp_path: Path) -> None:
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "Anna", "-f", tmp_path / "key"], check=True
    )
    public = (tmp_path / "key.pub").read_text(encoding="utf-8")
    listed = tmp_path / "listed"
    listed.write_text(f'anna namespaces="samdrift" {public}', encoding="utf-8")
    approvers, violations = parse_allowed_signers(listed.read_text(encoding="utf-8"), "listed")
    signers = tmp_path / "signers"
    signers.write_text(render_allowed_signers(approvers), encoding="utf-8")
    message = b"a digest"
    signed = subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-q", "-n", "samdrift", "-f", tmp_path / "key"],
        input=message,
        capture_output=True,
        check=True,
    )
    (tmp_path / "signature").write_bytes(signed.stdout)

    verified = subprocess.run(
        [
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            signers,
            "-I",
            "anna",
            "-n",
            "samdrift",
            "-s",
            tmp_path / "signature",
        ],
        input=message,
        capture_output=True,
        check=False,
    )

    assert violations == ()
    assert verified.returncode == 0, verified.stderr


def test_a_further_file_adds_approvers(example: Path, tmp_path: Path) -> None:
    extra = tmp_path / "signers"
    extra.write_text(render_allowed_signers((ANNA,)), encoding="utf-8")

    assert load_inventory(example).checked().approvers == ()
    assert load_inventory(example, extra_approvers=extra).checked().approvers == (ANNA,)


def test_the_same_key_in_both_files_under_two_names_is_refused(example: Path, tmp_path: Path) -> None:
    extra = tmp_path / "signers"
    extra.write_text(render_allowed_signers((ANNA,)), encoding="utf-8")
    own = example / "approvers" / "allowed_signers"
    own.write_text(f'bo namespaces="samdrift" ssh-ed25519 {KEY}\n', encoding="utf-8")

    found = load_inventory(example, extra_approvers=extra).violations

    assert [(one.rule, one.location.file, one.related[0].file) for one in found] == [
        ("approver-key-twice", str(extra), "approvers/allowed_signers")
    ]


def test_a_further_file_that_is_not_there_is_an_error(example: Path, tmp_path: Path) -> None:
    with pytest.raises(InventoryReadError, match="name a readable allowed_signers file"):
        load_inventory(example, extra_approvers=tmp_path / "missing")
