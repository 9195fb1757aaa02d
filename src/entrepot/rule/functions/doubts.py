"""Finds what would distinguish the codes that fit a description about equally well."""

import re
from collections.abc import Sequence

from entrepot.rule.functions.classification import SURE, TELLING, UNDERSTOOD, Ranked, Ranking
from entrepot.rule.functions.hs_table import Table
from entrepot.rule.model.hs import Choosing, CodeLine

_MOST_OPTIONS = 7
_LIKELY = 0.01
_COVERED = 0.6  # of the candidates' chances, what a question must divide
_ALONE = 0.55  # and the least that the first needs for that
_FAR = 4  # times as likely as the next
_ANY = "Which of these describes it best?"

# A question, and the words that stand for each answer. The first that divides the candidates is asked.
_FACETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Is it fresh or chilled, frozen, dried, or prepared further?", ("fresh", "frozen", "dried", "prepared")),
    ("Is it alive?", ("live", "meat|fish|fresh")),
    ("Is it knitted or crocheted, or is it woven?", ("knitted", "woven|not knitted")),
    ("Is it for men or boys, or for women or girls?", (r"\bmen", "women|girls")),
    ("Is its upper or outer surface of leather, plastic, rubber or textile?",
     tuple(f"(?:upper|outer)[^;]*{each}" for each in ("leather", "(?:plastic|rubber)", "textile"))),
    ("How much does it hold?", ("not exceeding .{0,20}(?:litres|l\\b)", "exceeding .{0,20}(?:litres|l\\b)")),
    (
        "Is it for skin, hair or teeth, or is it a scent?",
        ("skin|make-up", "hair", "oral|dental|teeth", "perfume|toilet water"),
    ),
    (
        "What is it made of, for the greater part?",
        ("cotton", "wool", "silk", "synthetic|man-made", "leather", "plastic", "rubber", "wood",
         "metal|steel", "ceramic|porcelain", "glass", "paper", "aluminium", "copper"),
    ),
    ("Is it new or used?", ("new", "used|worn")),
    ("Can it be charged again?", ("primary", "accumulator|charged again|lithium-ion")),
    ("Does it run on petrol, diesel or electricity?", ("spark|petrol", "compression|diesel", "electric")),
    ("Is it for households, or for trade and industry?", ("household|domestic", "industrial")),
    ("Is it the whole thing, or a part of one?", (r"\bparts?\b", "complete|machine|apparatus")),
    ("Is it roasted?", ("roasted", "not roasted|raw")),
    ("Is it a toy for children?", ("toy|doll", "other")),
)  # fmt: skip


def doubt(ranking: Ranking, table: Table, said: str = "") -> tuple[str, Choosing | None]:
    """Return why the first suggestion may not simply be taken, and what to find out, or nothing if it may.
    Nobody is asked what the description already says.
    """
    if not ranking.codes:
        return "Nothing in the table resembles this. Say what it is, and what it is made of.", None
    heading, code = ranking.headings[0], ranking.codes[0]
    if code.chance >= SURE and ranking.found >= UNDERSTOOD:
        return "", None
    if heading.chance < TELLING or ranking.found < UNDERSTOOD:
        return (
            "This is not enough to tell. Say what the product is, what it is made of and what it does.",
            _choosing(ranking.headings, table, said),
        )
    inside = [each for each in ranking.codes if each.code.startswith(heading.code)]
    if heading.chance < SURE:
        if _stands_alone(ranking):
            said = f"The heading is probably {heading.code}, but not every word speaks for it."
            return said, _choosing(inside, table, said)
        return "Several headings are possible.", _choosing(ranking.headings, table, said)
    return (
        f"The heading is probably {heading.code}; which subheading depends on what is not said yet.",
        _choosing(inside, table, said),
    )


def _stands_alone(ranking: Ranking) -> bool:
    """Whether no other heading comes near the first."""
    first, *others = ranking.headings
    return not others or (first.chance >= _ALONE and others[0].chance * _FAR < first.chance)


def _choosing(candidates: Sequence[Ranked], table: Table, said: str) -> Choosing | None:
    likely = [each for each in candidates if each.chance >= _LIKELY][:_MOST_OPTIONS]
    if len(likely) < 2:
        return None
    lines = [line(table, each.code) for each in likely]
    texts = [f"{each.title} {each.text}".lower() for each in lines]
    chances = [each.chance for each in likely]
    open_ = ((text, answers) for text, answers in _FACETS if not _given(answers, said.lower()))
    asked = next((text for text, answers in open_ if _divides(answers, texts, chances)), _ANY)
    return Choosing(text=asked, options=lines)


def _divides(answers: Sequence[str], texts: Sequence[str], chances: Sequence[float]) -> bool:
    """Whether the likely texts give answers, and not all the same one."""
    given = [_given(answers, text) for text in texts]
    covered = sum(chance for chance, each in zip(chances, given, strict=True) if each)
    return covered >= _COVERED * sum(chances) and len({each for each in given if each}) > 1


def _given(answers: Sequence[str], text: str) -> frozenset[str]:
    return frozenset(answer for answer in answers if re.search(answer, text))


def line(table: Table, code: str) -> CodeLine:
    """Return the code with its title, and the table's text where that says more."""
    entry = table.entries[code]
    return CodeLine(code=code, title=entry.title, text="" if entry.text == entry.title else entry.text)
