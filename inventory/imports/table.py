"""A table as a spreadsheet or a CSV file gives it: a header, rows, and cells that are found by column."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from inventory.imports.errors import SourceReadError
from inventory.imports.table_values import as_text
from inventory.violations import near_miss

Cell = int | float | str | bool | time | date | datetime | timedelta


class Row(NamedTuple):
    """One row of a table; cells by the header of their column, as written."""

    number: int
    cells: Mapping[str, str]
    places: Mapping[str, str]
    """Where each cell is, such as ``vInfo!E14``."""
    place: str
    numbers: Mapping[str, float]
    """The cells that are numbers and not text; how a number is written does not matter for them."""

    def value(self, column: str | None) -> str | float:
        """Return a cell that may be a number."""
        found = None if column is None else self.numbers.get(column)
        return self.get(column) if found is None else found

    def get(self, column: str | None) -> str:
        """Return the text of a cell, '' where it or its column is empty."""
        return "" if column is None else self.cells.get(column, "")

    def place_of(self, column: str | None) -> str:
        """Return where a cell is."""
        return self.place if column is None else self.places.get(column, self.place)


class Table(NamedTuple):
    """A table with its header."""

    name: str
    source: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, *names: str, required: bool = False) -> str | None:
        """Return the header of a column by the first of its names that the table has.

        Raises:
            SourceReadError: it is required and there is none, or it stands there twice.

        """
        by_lower = {name.lower(): name for name in self.header}
        found = next((by_lower[name.lower()] for name in names if name.lower() in by_lower), None)
        if found is None and required:
            close = next((hit for name in names if (hit := near_miss(name, self.header)) is not None), None)
            hint = (
                f"is it the column '{close}'?" if close else f"the columns are {', '.join(self.header[:12])}"
            )
            raise SourceReadError(
                self.source,
                f"{self.name} has no column '{names[0]}'",
                f"{hint}; export again without renaming columns, or name it so",
            )
        if found is not None and sum(name.lower() == found.lower() for name in self.header) > 1:
            raise SourceReadError(
                self.source, f"{self.name} has the column '{found}' twice", "keep the right one of the two"
            )
        return found


def make_table(name: str, source: str, cells: Sequence[Sequence[Cell]], *, sheet: str | None = None) -> Table:
    """Return rows of cells as a table; the first row is the header, empty rows are left out.

    Args:
        name: the table's name, for messages.
        source: the file's name, for messages.
        cells: the rows, the header first.
        sheet: the sheet for cell references such as ``vInfo!E14``; rows are named by number without one.

    Raises:
        SourceReadError: there is no header, or it stands again among the rows.

    """
    header = tuple(as_text(cell).strip() for cell in cells[0]) if cells else ()
    if not any(header):
        raise SourceReadError(source, f"{name} has no header row", "put the column names into the first row")
    rows = tuple(_rows(header, cells[1:], source, sheet))
    again = next((row for row in rows if _repeats_header(header, row)), None)
    if again is not None:
        raise SourceReadError(source, f"{again.place} repeats the header", "remove that row")
    return Table(name, source, header, rows)


def column_letters(number: int) -> str:
    """Return the letters of a column that counts from 0: 0 is A, 26 is AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _rows(
    header: tuple[str, ...], cells: Sequence[Sequence[Cell]], source: str, sheet: str | None
) -> Iterator[Row]:
    letters = [column_letters(number) for number in range(len(header))]
    for number, row in enumerate(cells, 2):
        texts = [as_text(cell).strip() for cell in row]
        if not any(texts):
            continue
        place = f"{source} {sheet}!{number}" if sheet else f"{source} row {number}"
        values = {name: text for name, text in zip(header, texts, strict=False) if name}
        places = {
            name: f"{source} {sheet}!{letter}{number}" if sheet else f"{place} '{name}'"
            for name, letter in zip(header, letters, strict=True)
            if name
        }
        numbers = {
            name: float(cell)
            for name, cell in zip(header, row, strict=False)
            if name and isinstance(cell, int | float) and not isinstance(cell, bool)
        }
        yield Row(number, values, places, place, numbers)


def _repeats_header(header: tuple[str, ...], row: Row) -> bool:
    same = [name for name in header if name and row.get(name) == name]
    return len(same) > 1 or (len(same) == 1 and len([name for name in header if name]) == 1)
