"""Lists of restricted parties: read from CSV and JSON, put into one form, hashed and compared."""

import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

import msgspec

from entrepot.core import csv_cells
from entrepot.core.file_form import Column, TableProblem
from entrepot.core.validation import fault_of
from entrepot.screening.functions.births import as_written
from entrepot.screening.functions.identifiers import SURE
from entrepot.screening.functions.latin import latin_words
from entrepot.screening.functions.published.gathering import CutFile, together
from entrepot.screening.functions.published.recognise import Layout, layout_of
from entrepot.screening.model.party import MOST_ENTRIES, BadList, Party, PartyChange, bad_day
from entrepot.trade.countries import is_or_was_country

FORM = (
    Column(
        name="id",
        about="the list's own number of the entry, the same from version to version",
        required=True,
        examples=("1001", "1002"),
    ),
    Column(
        name="kind",
        about="`person` (if empty), `organisation`, `vessel` or `aircraft`",
        examples=("person", "organisation"),
    ),
    Column(
        name="name",
        about="the name, in any script",
        required=True,
        examples=("Iwan Beispiel", "Example Shipping LLC"),
    ),
    Column(
        name="aliases",
        about="other names and spellings: `one; another`",
        examples=("Иван Байшпиль; I. Beispiel", ""),
    ),
    Column(
        name="weak_aliases",
        about="names of low quality, such as nicknames, which count a little less: `one; another`",
        examples=("Wanja", ""),
    ),
    Column(
        name="birth_dates",
        about="`1961-04-02`, `1961-04`, `1961`, about a year (`1961~`, `circa 1961`), between two"
        " (`1958/1963`, `1961±2`); several with `;`",
        examples=("1961-04-02; 1961", ""),
    ),
    Column(
        name="countries",
        about="two-letter codes (ISO 3166-1, today's or withdrawn ones such as `SU`) of nationality, birth or"
        " seat; several with `;`",
        examples=("RU; SU", "PA"),
    ),
    Column(
        name="identifiers",
        about="numbers that name one party, with their kind and the country that issued them: `imo:9074729`,"
        " `passport:77001122@RU`; several with `;`. Kinds: `imo`, `mmsi`, `call_sign`, `lei`, `swift`, `tax`,"
        " `registration`, `passport`, `national`, `wallet`, `serial`, `other`",
        examples=("passport:7700112233@RU", "registration:1027700999904@RU"),
    ),
    Column(name="programme", about="why they are listed", examples=("EXAMPLE", "EXAMPLE")),
    Column(name="listed_on", about="since when, as text", examples=("2026-01-31", "")),
    Column(
        name="topics",
        about="as what they are listed, where a list holds more than sanctions: `sanction`, `role.pep`;"
        " several with `;`",
        examples=("sanction", "sanction"),
    ),
    Column(name="remarks", about="anything else", examples=("This entry is made up.", "")),
)
COLUMNS = tuple(each.name for each in FORM)
_MANY = ("aliases", "weak_aliases", "birth_dates", "countries", "identifiers", "topics")
_NEEDED = tuple(each.name for each in FORM if each.required)
_MOST_PROBLEMS = 100
_JSON_FORM = '{"entries": [{"id": "1", "name": "…"}]}'
# However a spreadsheet's cells are written: Person, ru.
_WRITTEN = {"kind": str.lower, "countries": str.upper}

_encoder = msgspec.json.Encoder(order="deterministic")
_decode = msgspec.json.Decoder(list[Party]).decode


class Packed(NamedTuple):
    """A list, ready to be stored. `layout` is the publisher's, empty for the own form; `notes` say what was
    left out, and why.
    """

    parties: Sequence[Party]
    names: int
    digest: str
    body: bytes
    layout: str = ""
    notes: tuple[str, ...] = ()


def read_published(main: BinaryIO, more: Sequence[BinaryIO]) -> Packed | None:
    """Return the list of a publisher's file, or None if it has none of their layouts. Raises: BadList."""
    try:
        layout = layout_of(main)
        return None if layout is None else _read_as(layout, main, more)
    except CutFile as error:
        raise BadList([TableProblem(error.line, str(error))]) from error
    except UnicodeDecodeError as error:
        raise BadList([TableProblem(0, "The letters cannot be read: the file is not in UTF-8.")]) from error


def _read_as(layout: Layout, main: BinaryIO, more: Sequence[BinaryIO]) -> Packed:
    found: dict[str, Party] = {}
    unnamed = again = 0
    for each in layout.read(main, more):
        party = each.party()
        if party is None:
            unnamed += 1
        elif not each.id:
            raise BadList([TableProblem(0, f"The entry {party.name[:60]!r} has no id.")])
        elif (before := found.get(party.id)) is not None:
            again += 1
            found[party.id] = together(before, party)
        else:
            found[party.id] = party
        if len(found) > MOST_ENTRIES:
            raise BadList([TableProblem(0, f"The list has more than {MOST_ENTRIES} entries.")])
    if not found:
        raise BadList([TableProblem(0, f"It begins like {layout.about}, but has no entries.")])
    notes = [f"{unnamed} entries have no name that can be compared, and were left out."] if unnamed else []
    if again:
        notes.append(f"{again} ids are there again; what is said of each was put together.")
    if layout.name == "ofac-csv" and not more:
        notes.append("Only SDN.CSV was given: the other names and addresses are in ALT.CSV and ADD.CSV.")
    return packed(list(found.values()))._replace(layout=layout.name, notes=tuple(notes))


def read(text: str, *, form: str) -> Packed:
    """Return the parties of a file, ordered by id. Raises: BadList with every problem and its line."""
    rows = _csv(text) if form == "csv" else _json(text)
    found: dict[str, Party] = {}
    problems: list[TableProblem] = []
    for line, fields in rows:
        if isinstance(fields, str):
            problems.append(TableProblem(line, fields))
        elif problem := _take(fields, found):
            entry = form == "json"
            problems.append(
                TableProblem(0, f"Entry {line}: {problem}") if entry else TableProblem(line, problem)
            )
        if len(problems) >= _MOST_PROBLEMS or len(found) > MOST_ENTRIES:
            break
    if len(found) > MOST_ENTRIES:
        problems.append(TableProblem(0, f"The list has more than {MOST_ENTRIES} entries."))
    if problems or not found:
        raise BadList(problems or [TableProblem(1, "The list has no entries.")])
    return packed(list(found.values()))


def packed(parties: Sequence[Party]) -> Packed:
    ordered = sorted(parties, key=lambda party: party.id)
    data = _encoder.encode(ordered)
    names = sum(1 + len(party.aliases) for party in ordered)
    return Packed(ordered, names, hashlib.sha256(data).hexdigest(), zlib.compress(data, 6))


def unpacked(body: bytes) -> list[Party]:
    return _decode(zlib.decompress(body))


def digest_of(party: Party) -> str:
    """Return a digest that changes with anything that an entry says."""
    return hashlib.sha256(_encoder.encode(party)).hexdigest()[:16]


def changes(old: Sequence[Party], new: Sequence[Party]) -> list[PartyChange]:
    """Return the changes, by id."""
    before, after = ({party.id: party for party in each} for each in (old, new))
    found: list[PartyChange] = []
    for id in sorted(before.keys() | after.keys()):
        was, now = before.get(id), after.get(id)
        if was is None and now is not None:
            found.append(PartyChange(id=id, name=now.name, change="added"))
        elif was is not None and now is None:
            found.append(PartyChange(id=id, name=was.name, change="removed"))
        elif was is not None and now is not None and was != now:
            found.append(PartyChange(id=id, name=now.name, change="changed", fields=differing(was, now)))
    return found


def differing(was: Party, now: Party) -> list[str]:
    """Return the columns in which two versions of an entry differ."""
    return [name for name in COLUMNS if getattr(was, name) != getattr(now, name)]


def _take(fields: Mapping[str, Any], found: dict[str, Party]) -> str:
    """Add a party. Return what is wrong with it, or nothing."""
    try:
        party = msgspec.convert(fields, Party)
    except msgspec.ValidationError as error:
        return _fault_in(fields, error)
    if party.id in found:
        return f"The id {party.id} is there twice."
    if strange := [each for each in party.countries if not is_or_was_country(each)]:
        return f"There is and was no country {strange[0]} (ISO 3166-1 alpha-2)."
    if strange := [each for each in party.birth_dates if bad_day(each)]:
        return f"There is no day {strange[0]}."
    for name in (party.name, *party.aliases, *party.weak_aliases):
        if not latin_words(name):
            return f"There is nothing to compare in the name {name[:40]!r}."
    found[party.id] = party
    return ""


def _fault_in(fields: Mapping[str, Any], error: msgspec.ValidationError) -> str:
    """Return which cell does not fit, and what it should hold."""
    found = fault_of(error, whole="The entry")
    column = next((each for each in FORM if each.name == found.field.partition("[")[0]), None)
    if column is None or column.name not in fields:
        return str(found)
    cell = fields[column.name]
    value = "; ".join(map(str, cell)) if isinstance(cell, list) else str(cell)
    if found.kind == "long":
        return f"The column {column.name} holds more than it may: {value[:40]!r} …"
    return f"In the column {column.name}, {value[:60]!r} does not fit. It holds {column.about}."


def _csv(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield each line's fields, or what is wrong with it."""
    try:
        found = csv_cells.rows(text)
        header = [name.strip().lower() for name in next(found, (1, []))[1]]
        if problem := _bad_header(header):
            yield 1, problem
            return
        for line, cells in found:
            yield line, _fields(header, cells)
    except csv_cells.BadCells as error:
        yield error.line, str(error)


def _bad_header(header: Sequence[str]) -> str:
    if not header:
        return "The file is empty."
    if missing := [name for name in _NEEDED if name not in header]:
        return f"There is no column {missing[0]!r}. There are: {', '.join(header)[:200]}."
    if unknown := [name for name in header if name not in COLUMNS]:
        return f"There is a column {unknown[0][:40]!r} that nobody knows. Use: {', '.join(COLUMNS)}."
    if len(set(header)) < len(header):
        return "A column is there twice."
    return ""


def _fields(header: Sequence[str], cells: Sequence[str]) -> dict[str, Any] | str:
    if len(cells) != len(header):
        return f"The line has {len(cells)} cells, the heading {len(header)}."
    fields: dict[str, Any] = {}
    for name, cell in zip(header, cells, strict=True):
        value = _WRITTEN.get(name, str.strip)(cell.strip())
        if value:
            fields[name] = _several(name, value) if name in _MANY else value
    return fields


def _several(name: str, value: str) -> list[Any]:
    each_of = [each.strip() for each in value.split(";") if each.strip()]
    if name == "birth_dates":
        return [as_written(each) for each in each_of]
    return [identifier_of(each) for each in each_of] if name == "identifiers" else list(each_of)


def identifier_of(text: str) -> dict[str, str]:
    """Return the identifier of a cell: `passport:77001122@RU`. What names no kind is `other`."""
    kind, colon, value = text.partition(":")
    if not colon or kind.strip().lower() not in SURE:
        kind, value = "other", text
    number, _, country = value.partition("@") if re.search(r"@[A-Za-z]{2}$", value) else (value, "", "")
    return {"type": kind.strip().lower(), "value": number.strip(), "country": country.upper()}


def _json(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield each entry's fields with its number; JSON has no lines to speak of."""
    try:
        whole = json.loads(csv_cells.readable(text))
    except csv_cells.BadCells as error:
        yield error.line, str(error)
        return
    except (ValueError, RecursionError) as error:
        yield getattr(error, "lineno", 0), f"This is not JSON. A list looks like {_JSON_FORM}."
        return
    entries = whole.get("entries") if isinstance(whole, dict) else whole
    if not isinstance(entries, list):
        yield 0, f'There is no list of "entries". A list looks like {_JSON_FORM}.'
        return
    for number, entry in enumerate(entries, start=1):
        yield (number, entry) if isinstance(entry, dict) else (0, f"Entry {number}: this is no entry.")
