"""Past checks, tried again as if a version were active already."""

import asyncio
from collections.abc import Sequence

import msgspec

from entrepot.core.ports import Read, Reading
from entrepot.core.routes import Principal
from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.lint import unusable
from entrepot.rule.model.check import Answer, CheckRow, Verdict
from entrepot.rule.model.flaw import FlawedPack
from entrepot.rule.model.life import Canary, CanaryInput, ChangedCheck
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import Facts, Rule
from entrepot.rule.repository import check as checks_of
from entrepot.rule.service.library import Library, reference
from entrepot.rule.service.packs import whole
from entrepot.rule.service.surroundings import around

_MOST_SHOWN = 200


class _Id(msgspec.Struct, frozen=True):
    id: str


class _Named(msgspec.Struct, frozen=True):
    rule: _Id


class _Then(msgspec.Struct, frozen=True):
    """What is compared of an answer."""

    verdict: Verdict
    requirements: list[_Named]
    possible: list[_Named]
    facts: Facts


_then = msgspec.json.Decoder(_Then).decode


async def try_again(read: Read, who: Principal, *, id: str, asked: CanaryInput, library: Library) -> Canary:
    """Raises: PackNotFound; FlawedPack when its rules name what does not exist, or can never match."""
    stored, pack = await read(lambda tx: whole(tx, id))
    if asked.rule is not None:
        pack = _with(pack, asked.rule)
    surroundings = await around(read, library, without=stored.name)
    if flaws := await asyncio.to_thread(unusable, pack, surroundings):
        raise FlawedPack(flaws)
    others = (await read(library.current)).packs
    packs = [*(each for each in others if each[0].name != stored.name), (reference(stored), pack)]
    past = await read(lambda tx: checks_of.newest(tx, limit=asked.limit))
    return await asyncio.to_thread(_compared, packs, past)


async def canary(tx: Reading, who: Principal, *, id: str, tried: Canary) -> Canary:
    """Which of the newest checks would be answered otherwise if this version were active."""
    return tried


def _with(pack: Pack, rule: Rule) -> Pack:
    kept = [each for each in pack.rules if each.id != rule.id]
    return msgspec.structs.replace(pack, rules=(*kept, rule))


def _compared(
    packs: Sequence[tuple[object, Pack]], past: Sequence[tuple[str, CheckRow, int, bytes]]
) -> Canary:
    book = Rulebook(packs)  # type: ignore[arg-type]
    changed: list[ChangedCheck] = []
    verdicts = lists = 0
    for organisation, row, packed, answer in past:
        then = _then(checks_of.opened(packed, answer))
        now = book.check(then.facts)
        before, after = _ids(then.requirements, then.possible), _ids_now(now)
        verdicts += then.verdict != now.verdict
        lists += before != after
        if then.verdict != now.verdict or before != after:
            changed.append(
                ChangedCheck(
                    id=row.id, organisation=organisation, checked_at=row.checked_at, hs_code=row.hs_code,
                    origin=row.origin, destination=row.destination, before=then.verdict, after=now.verdict,
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


def _ids(applying: list[_Named], possible: list[_Named]) -> set[str]:
    return {each.rule.id for each in applying} | {f"{each.rule.id}?" for each in possible}


def _ids_now(answer: Answer) -> set[str]:
    return {each.rule.id for each in answer.requirements} | {f"{each.rule.id}?" for each in answer.possible}
