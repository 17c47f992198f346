"""Plan files: what a person reads, signs and hands to the command that carries it out."""

import json
from pathlib import Path

from pydantic import JsonValue

from migrations.errors import PlanInvalid
from records.models import Plan
from records.plans import plan_digest
from records.service import Records

_KEYS = {"kind", "author", "digest", "body"}


def store_plan(records: Records, path: Path | None, *, kind: str, author: str, body: JsonValue) -> Plan:
    """Store a plan, journal that it was made, and write its file.

    Raises:
        PlanInvalid: the file cannot be written; then nothing is stored.
    """
    digest = plan_digest(kind=kind, author=author, body=body)
    if path is not None:
        content = {"kind": kind, "author": author, "digest": digest, "body": body}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise PlanInvalid(f"{path} cannot be written ({error.strerror}); choose another file") from error
    with records.writing() as transaction:
        known = digest in {plan.digest for plan in transaction.plans.list(kind)}
        plan = transaction.plans.put(kind=kind, author=author, body=body)
        if not known:
            transaction.journal.append(actor=author, action="plan", subject=f"plan {digest}", why=kind)
    return plan


def load_plan(records: Records, path: Path, *, kind: str | None = None) -> Plan:
    """Read a plan file and return the stored plan that it is.

    Raises:
        PlanInvalid: the file is broken, altered, of another kind, or not known here.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanInvalid(f"{path} cannot be read ({error.strerror}); give the file of a plan") from error
    except (ValueError, RecursionError) as error:
        raise PlanInvalid(f"{path} is not JSON ({error}); make the plan again") from error
    if not isinstance(content, dict) or set(content) != _KEYS:
        raise PlanInvalid(f"{path} is no plan file; it needs {', '.join(sorted(_KEYS))}")
    try:
        digest = plan_digest(kind=content["kind"], author=content["author"], body=content["body"])
    except (TypeError, ValueError) as error:
        raise PlanInvalid(f"{path} holds what no plan holds ({error}); make it again") from error
    if digest != content["digest"]:
        raise PlanInvalid(f"{path} was altered after it was made: its digest does not hold; make it again")
    if kind is not None and content["kind"] != kind:
        raise PlanInvalid(f"{path} is a plan of kind '{content['kind']}', not '{kind}'")
    with records.reading() as transaction:
        return transaction.plans.get(digest)
