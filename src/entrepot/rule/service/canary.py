"""Past checks, asked again today: of what is active, and of that with a version as if it were active too."""

import asyncio
from collections.abc import Sequence

import msgspec

from entrepot.core.ports import Read, Reading
from entrepot.core.routes import Principal
from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.lint import unusable
from entrepot.rule.model.check import Answer, CheckRow, PackRef
from entrepot.rule.model.flaw import FlawedPack
from entrepot.rule.model.life import Canary, CanaryInput, ChangedCheck
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import Facts, Rule
from entrepot.rule.repository import check as checks_of
from entrepot.rule.service.library import Library, reference
from entrepot.rule.service.packs import whole
from entrepot.rule.service.surroundings import around

_MOST_SHOWN = 200


class _Asked(msgspec.Struct, frozen=True):
    """What is asked again of a stored answer."""

    facts: Facts


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
    past = await read(lambda tx: checks_of.newest(tx, limit=asked.limit))
    return await asyncio.to_thread(_compared, book, packs, past)


async def canary(tx: Reading, who: Principal, *, id: str, tried: Canary) -> Canary:
    """Which of the newest checks would be answered otherwise today if this version were active. Those that
    asked with `known_at` are left out.
    """
    return tried


def _with(pack: Pack, rule: Rule) -> Pack:
    kept = [each for each in pack.rules if each.id != rule.id]
    return msgspec.structs.replace(pack, rules=(*kept, rule))


def _compared(
    book: Rulebook, packs: Sequence[tuple[PackRef, Pack]], past: Sequence[tuple[str, CheckRow, int, bytes]]
) -> Canary:
    with_it = Rulebook(packs)
    changed: list[ChangedCheck] = []
    verdicts = lists = 0
    for organisation, row, packed, answer in past:
        facts = _asked(checks_of.opened(packed, answer)).facts
        now, then = book.check(facts), with_it.check(facts)
        before, after = _ids(now), _ids(then)
        verdicts += now.verdict != then.verdict
        lists += before != after
        if now.verdict != then.verdict or before != after:
            changed.append(
                ChangedCheck(
                    id=row.id, organisation=organisation, checked_at=row.checked_at, hs_code=row.hs_code,
                    origin=row.origin, destination=row.destination, before=now.verdict, after=then.verdict,
                    added=sorted(after - before), removed=sorted(before - after),
                )
            )  # fmt: skip
    return Canary(
        tried=len(past),
        same=len(past) - len(changed),
        verdicts_changed=verdicts,
        lists_changed=lists,
        changed=changed[:_MOST_SHOWN],
    )


def _ids(answer: Answer) -> set[str]:
    return {each.rule.id for each in answer.requirements} | {f"{each.rule.id}?" for each in answer.possible}
