"""Read the stacks of PAM."""

import re
from typing import Final, cast, get_args

from devices.facts.servers import PAMKind, PAMLine, PAMStacks
from devices.parsers.linux.collection import Section
from devices.parsers.linux.settings import uncommented

_LINE: Final = re.compile(r"-?(\w+) (\[[^\]]*\]|\S+) (\S+) ?(.*)")
_INCLUDE: Final = "@include"


def read_pam(section: Section | None) -> PAMStacks | None:
    """Return the lines of every stack; an ``@include`` is a line whose control is ``@include``."""
    if section is None:
        return None
    stacked: list[PAMLine] = []
    for path, lines in section.files:
        file = path.rpartition("/")[2]
        for line, text in uncommented(lines):
            kind, control, module, arguments = _split(text)
            if kind in get_args(PAMKind):
                stacked.append(
                    PAMLine(
                        file=file,
                        kind=cast("PAMKind", kind),
                        control=control,
                        module=module.rpartition("/")[2],
                        arguments=tuple(arguments.split()),
                        lines=(line,),
                    )
                )
    names = frozenset(path.rpartition("/")[2] for path, _ in section.files)
    return PAMStacks(stacked=tuple(stacked), files=names, lines=(section.heading,))


def _split(text: str) -> tuple[str, str, str, str]:
    if text.startswith(_INCLUDE):
        included = text.removeprefix(_INCLUDE).strip()
        kind = included.removeprefix("common-").partition("-")[0]
        return kind, _INCLUDE, included, ""
    found = _LINE.fullmatch(text)
    if found is None:
        return "", "", "", ""
    return found[1].lower(), found[2].lower(), found[3], found[4]
