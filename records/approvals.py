"""Approvals: an SSH signature over a plan's digest by a key that git lists as allowed to approve.

The message that is signed is short and made for people to read; signing and verifying are OpenSSH's
(``ssh-keygen -Y``, PROTOCOL.sshsig), with ``samdrift`` as the namespace.
"""

import re
import subprocess
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.errors import (
    ApprovalIncomplete,
    ApprovalRefused,
    SignatureInvalid,
    SignerIsAuthor,
    SignerUnlisted,
)
from records.models import Approval, Plan, Purpose
from records.tables import ApprovalTable

NAMESPACE = "samdrift"
_TIMEOUT_SECONDS = 20
_FINGERPRINT = re.compile(r"(SHA256:[A-Za-z0-9+/=]+)")


def render_message(plan: str, purpose: Purpose) -> bytes:
    """Render the text that an approver signs."""
    return f"samdrift approval\npurpose: {purpose}\nplan: sha256:{plan}\n".encode()


def _ssh_keygen(arguments: list[str], message: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],
            input=message,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise ApprovalRefused("ssh-keygen is missing; install the package openssh-client") from error
    except subprocess.TimeoutExpired as error:
        raise ApprovalRefused(f"ssh-keygen gave no answer in {_TIMEOUT_SECONDS} s; try again") from error


def sign(plan: str, purpose: Purpose, *, key_file: Path) -> str:
    """Sign a plan's digest with a private key file, or with the agent's key of a public one.

    Raises:
        ApprovalRefused: the key cannot be used.

    """
    return sign_message(render_message(plan, purpose), key_file=key_file)


def sign_message(message: bytes, *, key_file: Path) -> str:
    """Sign any message, such as the manifest of an evidence pack.

    Raises:
        ApprovalRefused: the key cannot be used.

    """
    result = _ssh_keygen(["-Y", "sign", "-f", str(key_file), "-n", NAMESPACE], message)
    if result.returncode != 0:
        reason = result.stderr.decode(errors="replace").strip().splitlines()
        raise ApprovalRefused(
            f"{key_file} cannot sign ({reason[-1] if reason else 'no reason given'}); check the key file",
        )
    return result.stdout.decode()


def verify_signature(
    plan: str, purpose: Purpose, *, signature: str, allowed_signers: Path
) -> tuple[str, str]:
    """Return the identity and the key fingerprint behind the signature of an approval.

    Raises:
        SignerUnlisted: the key is in no line of the allowed signers.
        SignatureInvalid: it is over another digest or purpose, or broken.

    """
    return verify_message(
        render_message(plan, purpose),
        signature=signature,
        allowed_signers=allowed_signers,
        what=f"plan {plan[:12]} for '{purpose}'",
    )


def verify_message(message: bytes, *, signature: str, allowed_signers: Path, what: str) -> tuple[str, str]:
    """Return the identity and the key fingerprint behind a signature; errors name what was signed.

    Raises:
        SignerUnlisted: the key is in no line of the allowed signers.
        SignatureInvalid: it is over something else, or broken.

    """
    with tempfile.NamedTemporaryFile("w", suffix=".sig") as file:
        file.write(signature)
        file.flush()
        check = _ssh_keygen(["-Y", "check-novalidate", "-n", NAMESPACE, "-s", file.name], message)
        if check.returncode != 0:
            raise SignatureInvalid(f"the signature does not fit {what}; sign exactly this again")
        found = _FINGERPRINT.search(check.stdout.decode(errors="replace"))
        fingerprint = found.group(1) if found else "unknown"
        principals = _ssh_keygen(["-Y", "find-principals", "-s", file.name, "-f", str(allowed_signers)], b"")
        names = principals.stdout.decode(errors="replace").splitlines()
        if principals.returncode != 0 or not names:
            raise SignerUnlisted(
                f"key {fingerprint} is not among the allowed signers in {allowed_signers.name}; "
                "a listed approver must sign",
            )
        identity = names[0].split(",")[0]
        verified = _ssh_keygen(
            ["-Y", "verify", "-n", NAMESPACE, "-s", file.name, "-f", str(allowed_signers), "-I", identity],
            message,
        )
    if verified.returncode != 0:
        raise SignatureInvalid(f"the signature of {identity} does not verify for {what}; sign it again")
    return identity, fingerprint


class Approvals:
    """The approvals inside one transaction."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._clock = clock

    def add(self, plan: Plan, purpose: Purpose, *, signature: str, allowed_signers: Path) -> Approval:
        """Verify a signature and count it; the same identity again changes nothing.

        Raises:
            SignerUnlisted, SignerIsAuthor, SignatureInvalid: it does not count, and nothing is written.

        """
        identity, fingerprint = verify_signature(
            plan.digest,
            purpose,
            signature=signature,
            allowed_signers=allowed_signers,
        )
        if identity == plan.author:
            raise SignerIsAuthor(
                f"{identity} wrote plan {plan.digest[:12]} and cannot approve it; somebody else must sign",
            )
        for approval in self.of(plan.digest, purpose):
            if approval.identity == identity:
                return approval
            if approval.key_fingerprint == fingerprint:
                raise SignerUnlisted(
                    f"key {fingerprint} has approved as {approval.identity} already; one key is one person",
                )
        row = ApprovalTable(
            plan=plan.digest,
            purpose=purpose,
            identity=identity,
            key_fingerprint=fingerprint,
            signature=signature,
            signed_at=self._clock(),
        )
        self._session.add(row)
        self._session.flush()
        return _approval(row)

    def of(self, plan: str, purpose: Purpose) -> tuple[Approval, ...]:
        """Return the approvals of a plan for a purpose, oldest first."""
        rows = self._session.scalars(
            select(ApprovalTable)
            .where(ApprovalTable.plan == plan, ApprovalTable.purpose == purpose)
            .order_by(ApprovalTable.id),
        )
        return tuple(_approval(row) for row in rows)

    def of_plan(self, plan: str) -> tuple[Approval, ...]:
        """Return the approvals of a plan for every purpose, oldest first."""
        rows = self._session.scalars(
            select(ApprovalTable).where(ApprovalTable.plan == plan).order_by(ApprovalTable.id),
        )
        return tuple(_approval(row) for row in rows)

    def require(
        self,
        plan: Plan,
        purpose: Purpose,
        *,
        identities: int,
        allowed_signers: Path,
    ) -> tuple[Approval, ...]:
        """Return the approvals if enough different identities hold, each verified again now.

        Verifying again means that a key taken out of the allowed signers, or a row written past this
        code, no longer counts.

        Raises:
            ApprovalIncomplete: too few; nothing may be done on this plan.

        """
        holding = tuple(
            approval
            for approval in self.of(plan.digest, purpose)
            if approval.identity != plan.author and _still_holds(approval, allowed_signers)
        )
        if len({approval.identity for approval in holding}) < identities:
            names = ", ".join(approval.identity for approval in holding) or "nobody"
            raise ApprovalIncomplete(
                f"plan {plan.digest[:12]} needs {identities} approvals for '{purpose}' and has those of "
                f"{names}; let others than the author ({plan.author}) sign",
            )
        return holding


def _still_holds(approval: Approval, allowed_signers: Path) -> bool:
    try:
        identity, _fingerprint = verify_signature(
            approval.plan,
            approval.purpose,
            signature=approval.signature,
            allowed_signers=allowed_signers,
        )
    except (SignerUnlisted, SignatureInvalid):
        return False
    return identity == approval.identity


def _approval(row: ApprovalTable) -> Approval:
    return Approval.model_validate(
        {
            "plan": row.plan,
            "purpose": row.purpose,
            "identity": row.identity,
            "key_fingerprint": row.key_fingerprint,
            "signature": row.signature,
            "signed_at": row.signed_at,
        },
    )
