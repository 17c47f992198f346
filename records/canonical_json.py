"""Canonical JSON: one text, and so one digest, for one value.

Keys are sorted, nothing is padded, text is UTF-8, and floats are refused since two machines may print them
differently (RFC 8785 solves that with a number format of its own; no figure of ours needs it).
"""

import hashlib
import json

from pydantic import JsonValue

_MAY_HOLD_FLOATS = (dict, list, float)


def _refuse_floats(value: JsonValue, path: str) -> None:
    if isinstance(value, float):
        msg = f"{path}: a floating point number has no canonical form; use whole units"
        raise TypeError(msg)
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, _MAY_HOLD_FLOATS):
                _refuse_floats(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, _MAY_HOLD_FLOATS):
                _refuse_floats(item, f"{path}[{index}]")


def render_canonical(value: JsonValue) -> bytes:
    """Render a JSON value in its canonical form.

    Raises:
        TypeError: a number with a fraction is inside.

    """
    _refuse_floats(value, "$")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def canonical_digest(value: JsonValue) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(render_canonical(value)).hexdigest()
