"""Who may approve: OpenSSH's allowed_signers form, read strictly and written back for ssh-keygen."""

import re
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from inventory.models import Approver
from inventory.violations import Location, Violation

NAMESPACE = "samdrift"
"""The signature namespace of every approval; a signature made for something else does not count."""

_LINE = re.compile(
    r"^(?P<principal>\S+)\s+(?P<options>[a-z-]+(?:=\"[^\"]*\")?(?:,[a-z-]+(?:=\"[^\"]*\")?)*)\s+"
    r"(?P<key_type>\S+)\s+(?P<public_key>[A-Za-z0-9+/=]+)(?:\s+(?P<comment>.*))?$"
)
_FORM = f'write: NAME namespaces="{NAMESPACE}" ssh-ed25519 PUBLIC-KEY COMMENT'


def parse_allowed_signers(text: str, file: str) -> tuple[tuple[Approver, ...], tuple[Violation, ...]]:
    """Return the approvers of an allowed_signers file, and what is wrong in it."""
    return parse_signer_files(((file, text),))


def parse_signer_files(
    files: Iterable[tuple[str, str]],
) -> tuple[tuple[Approver, ...], tuple[Violation, ...]]:
    """Return the approvers of all files, given as name and text, and what is wrong in them.

    A line is one person with one key for the namespace ``samdrift``; patterns, certificate authorities and
    other options are refused because they would let more people approve than the file names. One key under
    two names is refused because it would let one person be two.
    """
    approvers: list[Approver] = []
    violations: list[Violation] = []
    owners: dict[str, tuple[str, Location]] = {}
    for file, number, line in _lines(files):
        location = Location(file=file, line=number, column=1)
        parsed = _approver(line)
        if isinstance(parsed, str):
            violations.append(Violation(rule="approver", location=location, message=parsed, action=_FORM))
            continue
        approvers.append(parsed)
        owner, first = owners.setdefault(parsed.public_key, (parsed.principal, location))
        if first != location:
            violations.append(
                Violation(
                    rule="approver-key-twice",
                    location=location,
                    message=f"the key of {parsed.principal} is already listed for {owner}",
                    action="give every approver a key of their own, once",
                    related=(first,),
                )
            )
    return tuple(approvers), tuple(violations)


def _lines(files: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int, str]]:
    for file, text in files:
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip() and not line.lstrip().startswith("#"):
                yield file, number, line.strip()


def render_allowed_signers(approvers: Iterable[Approver]) -> str:
    """Return the text that ``ssh-keygen -Y verify -f`` reads."""
    return "".join(
        f'{one.principal} namespaces="{NAMESPACE}" {one.key_type} {one.public_key} {one.comment}'.rstrip()
        + "\n"
        for one in approvers
    )


def _approver(line: str) -> Approver | str:
    match = _LINE.match(line)
    if match is None:
        return "this is not a line of an allowed_signers file with a namespace"
    if match["options"] != f'namespaces="{NAMESPACE}"':
        return f"the options {match['options']} are not supported"
    try:
        return Approver(
            principal=match["principal"],
            key_type=match["key_type"],
            public_key=match["public_key"],
            comment=(match["comment"] or "").strip(),
        )
    except ValidationError as error:
        keys = ", ".join(str(details["loc"][0]) for details in error.errors())
        return f"the {keys} of this line is not valid"
