"""The Harmonized System: codes, the table that a node has, and what is found in it."""

import re
from typing import Annotated, ClassVar, Literal, NamedTuple

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Invalid, NotFound
from entrepot.core.file_form import TableProblem, first_of
from entrepot.core.routes import Input
from entrepot.core.time import Moment

EDITION = "HS2022"
MAX_TABLE_CHARS = 8 * 1024 * 1024
_SEPARATORS = re.compile(r"[\s.]+")


class UnknownCode(NotFound):
    """The nomenclature has no such code."""


class NothingImported(Conflict):
    """There is no imported table to take back."""


class NotACode(Invalid):
    """A code has two, four or six digits; dots and spaces may stand between them."""


class BadTable(Invalid):
    """The table was not taken: nothing of it is stored."""

    fields: ClassVar[tuple[str, ...]] = ("problems",)

    def __init__(self, problems: list[TableProblem]) -> None:
        super().__init__(first_of(problems))
        self.problems = problems[:100]


class Entry(NamedTuple):
    """A code and what it covers. `text` is the imported table's; `words` are names from daily trade."""

    code: str
    title: str
    text: str = ""
    words: tuple[str, ...] = ()
    section: str = ""


class NewTable(Input, frozen=True, kw_only=True):
    """A file with a heading line and the columns `hscode` (or `code`) and `description`. `shrinks` says that
    more than half of the imported table may go.
    """

    text: Annotated[str, Meta(min_length=1, max_length=MAX_TABLE_CHARS)]
    edition: Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^HS20[0-9]{2}$")] = EDITION
    file: Annotated[str, Meta(max_length=200)] = ""
    shrinks: bool = False


class TableReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did: `skipped` lines are left out on purpose, each with its reason."""

    state: Literal["imported", "unchanged"]
    edition: str
    digest: str
    lines: int
    chapters: int
    headings: int
    subheadings: int
    added: int
    changed: int
    removed: int
    skipped: list[TableProblem]


class TableView(msgspec.Struct, frozen=True, kw_only=True):
    """Which table answers: the product's own facts, or one that was imported on top of them."""

    edition: str
    source: Literal["own", "imported"]
    digest: str
    codes: int
    imported_at: Moment | None = None


class CodeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A code in a list. `title` is in our words where there are some, else the table's."""

    code: str
    title: str
    text: str = ""


class CodeView(msgspec.Struct, frozen=True, kw_only=True):
    """A code with everything around it; `section` is a Roman numeral, `words` names from daily trade."""

    code: str
    title: str
    text: str
    section: str
    section_title: str
    chapter: CodeLine
    parents: list[CodeLine]
    children: list[CodeLine]
    words: list[str]
    notes: list[str]
    table: TableView


class HsQuery(Input, frozen=True, kw_only=True):
    """Words, or the beginning of a code."""

    q: Annotated[str, Meta(min_length=1, max_length=200)]
    limit: Annotated[int, Meta(ge=1, le=50)] = 20


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A code that was found, under its parents. `score` is from 0 to 1; `because` are the words that led
    to it, as they were understood.
    """

    code: str
    title: str
    text: str
    score: float
    because: list[str]
    parents: list[CodeLine]


class Matches(msgspec.Struct, frozen=True, kw_only=True):
    """Of a code, `digits` are what was asked for and `beginning` what the found codes begin with; `exists`
    says whether the system has it, or is null where nobody knows without an imported table.
    """

    items: list[Match]
    table: TableView
    digits: str = ""
    beginning: str = ""
    exists: bool | None = None


class NewSuggestion(Input, frozen=True, kw_only=True):
    """A product: what it is first, then what it is of and for. A long text is read too: the sentences
    that say what the thing is count first.
    """

    description: Annotated[str, Meta(min_length=2, max_length=20_000)]
    limit: Annotated[int, Meta(ge=1, le=20)] = 5


class Choosing(msgspec.Struct, frozen=True, kw_only=True):
    """What would tell the likeliest codes apart."""

    text: str
    options: list[CodeLine]


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A trait that a description names, or denies (`holds` false), and the words that do."""

    trait: str
    holds: bool
    words: str


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """Codes for a product, the likeliest first; scores are chances, and what is missing to 1 is something
    else. `sure` says whether the first may be taken after a look; otherwise `doubt` says why not, and
    `question` what to find out. It is a suggestion, never a ruling. `traits` are what the description says
    beside; nobody has confirmed them yet.
    """

    headings: list[Match]
    items: list[Match]
    sure: bool
    doubt: str
    question: Choosing | None
    traits: list[Described]
    table: TableView


SECTIONS = {
    "I": "Live animals and animal products", "II": "Plant products", "III": "Fats, oils and waxes",
    "IV": "Food, drinks and tobacco", "V": "Mineral products", "VI": "Chemical products",
    "VII": "Plastics and rubber", "VIII": "Hides, leather and furs, bags", "IX": "Wood, cork and wickerwork",
    "X": "Pulp, paper and print", "XI": "Textiles and clothing", "XII": "Footwear, hats, umbrellas",
    "XIII": "Stone, ceramics and glass", "XIV": "Pearls, precious stones and metals",
    "XV": "Base metals and articles of them", "XVI": "Machinery and electrical equipment",
    "XVII": "Vehicles, aircraft and ships", "XVIII": "Instruments, clocks, music", "XIX": "Arms",
    "XX": "Various manufactured articles", "XXI": "Art and antiques",
}  # fmt: skip

# What the legal notes of chapters decide most often, in our words; the notes themselves have the last word.
NOTES = {
    "39": ["Bags and cases of heading 4202, toys of chapter 95 and furniture of chapter 94 are not here."],
    "42": ["Bags of plastic sheeting for packing are in 3923; toys and sports goods are in chapter 95."],
    "61": ["Only knitted or crocheted clothing; bras are in 6212 even if knitted; worn clothing is in 6309."],
    "62": ["Only clothing that is not knitted or crocheted, but bras of either kind are here."],
    "64": ["Skating boots with skates are in 9506, toy footwear in chapter 95, protective spats here."],
    "73": [
        "Screws and general parts of base metal stay here even if made for a machine (section XV, note 2)."
    ],
    "84": [
        "Parts of general use of base metal are in section XV.",
        "A machine described in both 84 and 85 goes by its main function (section XVI, note 3).",
    ],
    "85": [
        "A battery that comes with a device is classified with the device; alone it is in 8506 or 8507.",
        "Electrically heated clothing and toys with electronics are in their own chapters.",
    ],
    "87": ["Toy vehicles for children are in 9503; electric scooters that are no toys are in 8711."],
    "90": ["Medical furniture is in 9402; medicines and dressings are in chapter 30."],
    "94": ["Lamps are in 9405 only if nothing else covers them; mattresses are here, blankets in 6301."],
    "95": [
        "A toy with a battery, motor or electronics is still a toy of 9503.",
        "Children's bicycles are in 8712; drones that are no toys are in 8806.",
    ],
    "96": ["Sanitary goods of any material are in 9619."],
}


def normalised(typed: str) -> str:
    """Return the digits of a code as people write it. Raises: NotACode."""
    code = _SEPARATORS.sub("", typed)
    if not code.isascii() or not code.isdigit() or len(code) not in (2, 4, 6):
        raise NotACode("A code has two, four or six digits, such as 9503.00.")
    return code


def parents(code: str) -> tuple[str, ...]:
    """Return the chapter, then the heading above a code."""
    return tuple(code[:length] for length in (2, 4) if length < len(code))
