"""Open an .xlsx file that may be broken or hostile; what is not plain and whole is refused before it is read.

Every part is unpacked once within bounds and thrown away, because what a zip file says of its sizes may be a
lie; and the outermost cell is looked for, because one cell in the last corner of a sheet stands for sixteen
billion cells to a reader that makes rectangles.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from inventory.imports.errors import SourceReadError
from inventory.imports.table import Table, column_letters, make_table
from inventory.violations import near_miss

_LARGEST_FILE_BYTES = 256 * 1024 * 1024
_LARGEST_DIRECTORY_BYTES = 1024 * 1024
_LARGEST_UNPACKED_BYTES = 1024 * 1024 * 1024
_HIGHEST_RATIO = 100
_RATIO_COUNTS_FROM_BYTES = 16 * 1024 * 1024
_MOST_PARTS = 2_000
_MOST_CELLS = 20_000_000
_CHUNK_BYTES = 1024 * 1024
_LONGEST_REFERENCE = 4096

_ASK = "do not open it; ask who sent it"
_TEXTS = (".xml", ".rels")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})?([0-9]{1,9})["']""")
_END_OF_DIRECTORY = b"PK\x05\x06"
_END_SEARCHED_BYTES = 65_536 + 22
_OTHER_FORMATS = frozenset({"content.xml", "xl/workbook.bin"})


class Workbook:
    """The sheets of a workbook that was found sound."""

    def __init__(self, path: Path, sheets: Sequence[str]) -> None:
        """Open a workbook and read the named sheets, as far as it has them."""
        self._name = path.name
        self._tables: dict[str, Table] = {}
        _check_file(path)
        wanted = {name.lower() for name in sheets}
        try:
            with CalamineWorkbook.from_path(str(path)) as book:
                self.sheet_names = tuple(book.sheet_names)
                found = [name for name in self.sheet_names if name.lower() in wanted]
                self._cells = {name: book.get_sheet_by_name(name) for name in found}
        except CalamineError as error:
            raise SourceReadError(
                self._name, f"it is no whole workbook ({error})", "export it again as .xlsx"
            ) from error

    def table(self, name: str) -> Table | None:
        """Return a sheet as a table; None where the workbook has no such sheet.

        Raises:
            SourceReadError: it has merged cells, or no header.

        """
        found = next((one for one in self._cells if one.lower() == name.lower()), None)
        if found is None:
            return None
        if found in self._tables:
            return self._tables[found]
        sheet = self._cells[found]
        merged = sheet.merged_cell_ranges
        if merged:
            first, last = merged[0]
            cells = f"{_reference(first)}:{_reference(last)}"
            raise SourceReadError(
                self._name, f"the sheet {found} has merged cells ({cells})", "export again and do not edit it"
            )
        rows = sheet.to_python(skip_empty_area=False)
        self._tables[found] = make_table(f"the sheet {found}", self._name, rows, sheet=found)
        return self._tables[found]

    def required_table(self, name: str) -> Table:
        """Return a sheet as a table.

        Raises:
            SourceReadError: there is no such sheet, or it is no plain table.

        """
        table = self.table(name)
        if table is None:
            close = near_miss(name, self.sheet_names)
            hint = f"is it '{close}'?" if close else f"its sheets are {', '.join(self.sheet_names[:30])}"
            raise SourceReadError(
                self._name, f"it has no sheet {name}", f"{hint}; export all sheets with RVTools as .xlsx"
            )
        return table


def _reference(cell: tuple[int, int]) -> str:
    return f"{column_letters(cell[1])}{cell[0] + 1}"


def _check_file(path: Path) -> None:
    """Refuse a file that is no sound workbook.

    Raises:
        SourceReadError: it is none; the message says why.

    """
    try:
        with path.open("rb") as stream:
            _check_start(path.name, stream)
            with zipfile.ZipFile(stream) as archive:
                _check_parts(path.name, stream, archive.infolist())
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceReadError(path.name, reason, "name a readable .xlsx file") from error
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError) as error:
        raise SourceReadError(
            path.name, f"it is cut short or damaged ({error})", "copy or export it again"
        ) from error


def _check_start(name: str, stream: BinaryIO) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    start = stream.read(len(_OLE))
    if start == _OLE:
        action = "save it as .xlsx without a password"
        raise SourceReadError(name, "it is protected by a password, or an old .xls", action)
    if not start.startswith(b"PK"):
        raise SourceReadError(name, "it is no .xlsx file", "export from RVTools as .xlsx")
    if size > _LARGEST_FILE_BYTES:
        raise SourceReadError(name, f"it has {size} bytes", "export one vCenter at a time")
    stream.seek(max(0, size - _END_SEARCHED_BYTES))
    end = stream.read()
    at = end.rfind(_END_OF_DIRECTORY)
    directory = int.from_bytes(end[at + 12 : at + 16], "little") if at >= 0 else 0
    if directory > _LARGEST_DIRECTORY_BYTES:
        raise SourceReadError(name, "it has far more parts than an export", _ASK)


def _check_parts(name: str, stream: BinaryIO, parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED_BYTES:
        raise SourceReadError(name, "it would unpack to far more than an export", _ASK)
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names or names & _OTHER_FORMATS:
        raise SourceReadError(name, "it is no .xlsx file", "export from RVTools as .xlsx")
    unpacked = 0
    for part in parts:
        if part.flag_bits & 1:
            raise SourceReadError(
                name, f"its part {part.filename} is encrypted", "save it without a password"
            )
        if part.filename.startswith("xl/externalLinks/"):
            action = "export it again; an export refers to no other file"
            raise SourceReadError(name, "it refers to other files", action)
        size = 0
        corner = (0, 0)
        tail = b""
        for chunk in _unpacked(stream, part):
            size += len(chunk)
            _check_size(name, part, size, unpacked + size)
            if size == len(chunk) and b"\0" in chunk[:_LONGEST_REFERENCE] and part.filename.endswith(_TEXTS):
                raise SourceReadError(name, f"its part {part.filename} is no UTF-8 text", _ASK)
            # A relation may name any part as a sheet, so each is looked through.
            corner = _outermost(tail + chunk, corner)
            tail = chunk[-_LONGEST_REFERENCE:]
        unpacked += size
        if size != part.file_size:
            raise SourceReadError(name, f"its part {part.filename} is not as long as it says", _ASK)
        if corner[0] * corner[1] > _MOST_CELLS:
            raise SourceReadError(
                name,
                f"its part {part.filename} has a cell at {column_letters(corner[1] - 1)}{corner[0]}",
                "remove what stands far outside the table, or export it again",
            )


def _check_size(name: str, part: zipfile.ZipInfo, size: int, total: int) -> None:
    ratio = size / max(part.compress_size, 1)
    if total > _LARGEST_UNPACKED_BYTES or (ratio > _HIGHEST_RATIO and size > _RATIO_COUNTS_FROM_BYTES):
        raise SourceReadError(
            name,
            f"its part {part.filename} unpacks to far more than an export",
            _ASK,
        )


def _unpacked(stream: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a part really holds, chunk by chunk, whatever its sizes say."""
    stream.seek(part.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":  # noqa: PLR2004  (the size of a local header)
        raise zipfile.BadZipFile(f"{part.filename} is not where it should be")
    skipped = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    stream.seek(part.header_offset + 30 + skipped)
    left = part.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
    if inflate is None and part.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile(f"{part.filename} is packed in an unusual way")
    while left:
        packed = stream.read(min(left, _CHUNK_BYTES))
        if not packed:
            raise zipfile.BadZipFile(f"{part.filename} ends too early")
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        yield inflate.decompress(packed, _CHUNK_BYTES)
        while inflate.unconsumed_tail:
            yield inflate.decompress(inflate.unconsumed_tail, _CHUNK_BYTES)
    if inflate is not None and not inflate.eof:
        raise zipfile.BadZipFile(f"{part.filename} ends too early")


def _outermost(text: bytes, corner: tuple[int, int]) -> tuple[int, int]:
    """Return the largest row and column that cells of a sheet are named by."""
    row, column = corner
    for letters, digits in set(_CELL.findall(text)):
        row = max(row, int(digits))
        number = 0
        for letter in letters.upper():
            number = number * 26 + letter - ord("A") + 1
        column = max(column, number)
    return row, column
