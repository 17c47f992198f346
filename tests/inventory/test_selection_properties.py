"""What holds for every selection: parts make the whole, order is nothing, and text and terms are the same."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SelectionError
from inventory.models import Device, Inventory, Server
from inventory.selection import DEVICE_KEYS, SERVER_KEYS, SelectionKey, select_devices, select_servers
from inventory.selection_language import Term, Value, parse_selection, render_selection

KEYS = st.text(st.characters(exclude_categories=("Z", "C"), exclude_characters="=!,\"'"), min_size=1)


@st.composite
def values(draw: st.DrawFn) -> Value:
    """Draw any text, with some of its stars and question marks as wildcards."""
    text = draw(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("*?\"'\\,=! ")), max_size=12))
    signs = [place for place, letter in enumerate(text) if letter in "*?"]
    return Value(text, frozenset(draw(st.sets(st.sampled_from(signs))) if signs else ()))


TERMS = st.builds(
    Term, KEYS, st.sampled_from(("=", "!=")), st.lists(values(), min_size=1, max_size=3).map(tuple)
)


@given(st.lists(TERMS, max_size=4).map(tuple))
def test_terms_are_read_as_they_were_written(terms: tuple[Term, ...]) -> None:
    assert parse_selection(render_selection(terms)) == terms


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("=!,\"'\\* ab")), max_size=20))
def test_any_text_is_terms_or_one_typed_error(text: str) -> None:
    try:
        terms = parse_selection(text)
    except SelectionError as error:
        told = error.selection
    else:
        told = text
        assert parse_selection(render_selection(terms)) == terms
        assert bool(terms) == bool(text.strip())
    assert told == text


def names_of(inventory: Inventory, what: str, selection: str) -> list[str]:
    """Return what a selection names; an empty answer is an error, which here counts as nothing."""
    try:
        if what == "devices":
            return [one.device.name for one in select_devices(inventory, selection)]
        return [one.server.name for one in select_servers(inventory, selection)]
    except SelectionError as error:
        if "it matches none of" not in str(error):
            raise
        return []


def texts_of(
    inventory: Inventory, what: str, name: str, key: SelectionKey[Device] | SelectionKey[Server]
) -> set[str]:
    town = inventory.municipalities[0]
    read = key.reader(town)
    return {text for one in getattr(town, what) for text in read(one)}


def every_value() -> list[tuple[str, str]]:
    return [
        (what, key) for what, keys in (("devices", DEVICE_KEYS), ("servers", SERVER_KEYS)) for key in keys
    ]


@pytest.mark.parametrize(("what", "name"), every_value())
def test_with_and_without_a_value_make_the_whole_and_share_nothing(
    inventory: Inventory, what: str, name: str
) -> None:
    keys = DEVICE_KEYS if what == "devices" else SERVER_KEYS
    whole = names_of(inventory, what, "")
    texts = texts_of(inventory, what, name, keys[name])
    assert texts
    for text in texts:
        value = (Value(text),)
        having = names_of(inventory, what, render_selection((Term(name, "=", value),)))
        lacking = names_of(inventory, what, render_selection((Term(name, "!=", value),)))
        assert having
        assert set(having).isdisjoint(lacking)
        assert [one for one in whole if one in having or one in lacking] == whole
        assert len(having) + len(lacking) == len(whole)
    every = tuple(Value(text) for text in texts)
    assert names_of(inventory, what, render_selection((Term(name, "=", every),))) == whole


@given(st.data())
def test_the_order_of_terms_is_irrelevant(inventory: Inventory, data: st.DataObject) -> None:
    town = inventory.municipalities[0]
    terms = []
    for name in data.draw(st.lists(st.sampled_from(sorted(DEVICE_KEYS)), min_size=1, max_size=3)):
        read = DEVICE_KEYS[name].reader(town)
        known = sorted({text for device in town.devices for text in read(device)})
        chosen = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=3))
        operator = data.draw(st.sampled_from(("=", "!=")))
        terms.append(Term(name, operator, tuple(Value(text) for text in chosen)))
    answers = {
        tuple(names_of(inventory, "devices", render_selection(order))) for order in permutations(terms)
    }
    assert len(answers) == 1
