"""The quick way from YAML to data says what the careful one says, or says nothing at all."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.loaders.plain_yaml import NotPlainError, read_plain_yaml
from inventory.loaders.yaml_source import YAMLProblemsError, YAMLSource

WORDS = st.sampled_from(
    (
        *(
            "no",
            "yes",
            "on",
            "true",
            "True",
            "null",
            "~",
            "",
            "-",
            "0",
            "-0",
            "007",
            "12",
            "-5",
            "1e2",
            "1.5",
        ),
        *(
            "0x1f",
            "22:00",
            "2027-03-06",
            "10.70.0.0/16",
            "a b",
            "a: b",
            "'",
            '"',
            "#",
            "&a",
            "*a",
            "!x",
            "æø å",
        ),
    )
)
SCALARS = WORDS | st.text(max_size=8) | st.integers() | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
LINES = st.lists(
    st.sampled_from(
        (
            *(
                "a: 1",
                "a: 2",
                "b: [1, no]",
                "  - x",
                "- y",
                "  c: {d: 'e'}",
                "&z f: 1",
                "g: *z",
                "h: !!str 1",
            ),
            *(
                "---",
                "...",
                "? [k]",
                ": v",
                "{i: j}: k",
                "l: |",
                "   text",
                "\tm: 1",
                "n: 'o",
                "- - - p",
                "\x07",
            ),
        )
    ),
    max_size=6,
)


def both(text: str) -> tuple[object, object]:
    """Return what the quick way says, and what the careful one says; the errors of each as None, "error"."""
    source = YAMLSource("file.yaml", text)
    try:
        careful: object = source._data_of_tree()
    except YAMLProblemsError:
        careful = "error"
    try:
        return (read_plain_yaml(text),), careful
    except NotPlainError:
        return None, careful


@settings(max_examples=300, deadline=None)
@given(value=VALUES, flow=st.booleans(), quoted=st.booleans())
def test_what_is_written_by_a_program_means_the_same_in_both_ways(
    value: object, *, flow: bool, quoted: bool
) -> None:
    text = yaml.safe_dump(
        value, default_flow_style=flow, default_style='"' if quoted else None, allow_unicode=True
    )
    quick, careful = both(text)

    assert quick is None or quick == (careful,)


@settings(max_examples=500, deadline=None)
@given(lines=LINES)
def test_the_quick_way_accepts_nothing_that_the_careful_one_refuses(lines: list[str]) -> None:
    quick, careful = both("\n".join(lines))

    assert quick is None or (careful != "error" and quick == (careful,))


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2",
        "{a: {b: 1, b: 1}}",
        "a: &x 1",
        "a: [*x]",
        "a: !!str 1",
        "a: !!map {}",
        "[a]: 1",
        "{a: 1}: 1",
        "a: 1\n---\nb: 2",
        "a: 'b",
        f"a: {'[' * 40}{']' * 40}",
        "a: \x07",
    ],
)
def test_what_is_not_plain_is_left_to_the_careful_way(text: str) -> None:
    with pytest.raises(NotPlainError):
        read_plain_yaml(text)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# nothing\n", None),
        (
            "a:\n  - {b: no, c: '1', d: 1, e: 01, f: ~}\n",
            {"a": [{"b": "no", "c": "1", "d": 1, "e": "01", "f": None}]},
        ),
        ("{null: 1, 7: x}", {"null": 1, "7": "x"}),
        ("[]", []),
        ("true", True),
    ],
)
def test_plain_data_is_read_in_the_quick_way(text: str, data: object) -> None:
    assert read_plain_yaml(text) == data
    assert YAMLSource("file.yaml", text).data() == data
