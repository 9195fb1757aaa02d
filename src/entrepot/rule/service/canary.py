"""Past checks, asked again today: of what is active, and of that with a version as if it were active too."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from entrepot.core.ports import Read, Reading
from entrepot.core.routes import Principal
from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.hs_table import Table
from entrepot.rule.functions.kept_answer import AnsweredRule, answered_rules, differing
from entrepot.rule.functions.lint import unusable
from entrepot.rule.model.check import CheckAnswer, CheckRow, PackRef
from entrepot.rule.model.flaw import FlawedPack
from entrepot.rule.model.life import AskedRule, Canary, CanaryInput, ChangedCheck, RuleDiff
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import ProductFacts, Rule
from entrepot.rule.repository import check as checks_of
from entrepot.rule.service import hs
from entrepot.rule.service.library import Library, reference
from entrepot.rule.service.packs import whole
from entrepot.rule.service.surroundings import around

_MOST_SHOWN = 200


class _Asked(msgspec.Struct, frozen=True):
    """What is asked again of a stored answer."""

    facts: ProductFacts


_asked = msgspec.json.Decoder(_Asked).decode


async def try_again(read: Read, who: Principal, *, id: str, asked: CanaryInput, library: Library) -> Canary:
    """Raises: PackNotFound; FlawedPack when its rules name what does not exist, or can never match."""
    stored, pack = await read(lambda tx: whole(tx, id))
    if asked.rule is not None:
        pack = _with(pack, asked.rule)
    surroundings = await around(read, library, without=stored.name)
    if flaws := await asyncio.to_thread(unusable, pack, surroundings):
        raise FlawedPack(flaws)
    book = await read(library.current)
    others = (each for each in book.packs if each[0].name != stored.name)
    packs = [*others, (reference(stored), pack)]
    past = await read(lambda tx: checks_of.newest(tx, before=asked.before, limit=asked.limit))
    teller = _Teller((await hs.current(read)).table, who.organisation)
    return await asyncio.to_thread(_compared, book, packs, past, teller)


async def canary(tx: Reading, who: Principal, *, id: str, tried: Canary) -> Canary:
    """Which of the newest checks would be answered otherwise today if this version were active: by verdict,
    by what applies, may or exempts, or by what it says, proves, asks and costs. Why it applies is not
    compared, nor the notice, which stands below every answer. Those that asked with `known_at` are left out.
    """
    return tried


def _with(pack: Pack, rule: Rule) -> Pack:
    kept = [each for each in pack.rules if each.id != rule.id]
    return msgspec.structs.replace(pack, rules=(*kept, rule))


def _compared(
    book: Rulebook,
    packs: Sequence[tuple[PackRef, Pack]],
    past: Sequence[tuple[str, CheckRow, int, bytes]],
    teller: "_Teller",
) -> Canary:
    with_it = Rulebook(packs)
    changed: list[ChangedCheck] = []
    verdicts = lists = 0
    for organisation, row, packed, answer in past:
        facts = _asked(checks_of.opened(packed, answer)).facts
        told = teller.told(organisation, row, book.check(facts), with_it.check(facts))
        verdicts += told.before != told.after
        lists += bool(told.added or told.removed)
        if told.before != told.after or told.added or told.removed or told.altered:
            changed.append(told)
    return Canary(
        tried=len(past),
        same=len(past) - len(changed),
        verdicts_changed=verdicts,
        lists_changed=lists,
        changed=changed[:_MOST_SHOWN],
        next=past[-1][1].id if past else None,
    )


class _Teller(NamedTuple):
    """Says of a check what was asked, so that whoever reads it knows which one it is."""

    table: Table
    organisation: str

    def told(self, organisation: str, row: CheckRow, now: CheckAnswer, then: CheckAnswer) -> ChangedCheck:
        own, before, after = organisation == self.organisation, answered_rules(now), answered_rules(then)
        return ChangedCheck(
            id=row.id, organisation=organisation, own=own, checked_at=row.checked_at,
            description=row.description if own else "", hs_code=row.hs_code,
            hs_title=self._title(row.hs_code), origin=row.origin, destination=row.destination,
            mode=now.facts.mode, day=now.facts.date, before=now.verdict, after=then.verdict,
            added=[_named(each) for key, each in sorted(after.items()) if key not in before],
            removed=[_named(each) for key, each in sorted(before.items()) if key not in after],
            altered=[
                RuleDiff(id=each.rule.id, title=each.rule.title, fields=fields)
                for key, each in sorted(after.items())
                if key in before and (fields := list(differing(before[key], each)))
            ],
        )  # fmt: skip

    def _title(self, code: str) -> str:
        """Of the deepest code above it that the table has."""
        found = (self.table.entries.get(code[:digits]) for digits in (6, 4, 2) if len(code) >= digits)
        return next((each.title for each in found if each is not None), "")


def _named(each: AnsweredRule) -> AskedRule:
    return AskedRule(id=each.rule.id, title=each.rule.title, may=each.may)
