"""What is wrong with a pack before anybody may activate it, each flaw with the place to mend."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from entrepot.rule.functions import tries
from entrepot.rule.functions.lint_cover import flaws_of_covers
from entrepot.rule.functions.lint_overlap import idle, overlaps
from entrepot.rule.functions.lint_rule import KnowsCode, flaw, flaws_of
from entrepot.rule.model.flaw import Flaw
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import Rule


@dataclass(frozen=True)
class Around:
    """What a pack stands among: the rules of the other active packs, the codes that are known, the day.
    `unread` are ids of rules that are there, but cannot be read.
    """

    rules: Mapping[str, Rule]
    knows_code: KnowsCode
    today: date = date.max
    unread: frozenset[str] = frozenset()


NOTHING_AROUND = Around({}, lambda code: None)


def lint(pack: Pack, around: Around = NOTHING_AROUND) -> list[Flaw]:
    """Return every flaw, in the order of the rules; the tests are run too."""
    found = [*_in_pack(pack, around)]
    for rule, flaws in _by_rule(pack, around):
        found += flaws or tries.failures(rule)
    if not found:
        found += [*idle(pack.rules, around.rules), *overlaps(pack.rules, around.rules)]
    return [*dict.fromkeys(found)]


def unusable(pack: Pack, around: Around) -> list[Flaw]:
    """Return what keeps the rules, whatever their tests say, from being held against anything."""
    return [*_in_pack(pack, around), *(each for _, flaws in _by_rule(pack, around) for each in flaws)]


def _by_rule(pack: Pack, around: Around) -> Iterator[tuple[Rule, list[Flaw]]]:
    rules = {rule.id for rule in pack.rules} | set(around.rules) | around.unread
    documents = {each.id for each in pack.documents}
    for rule in pack.rules:
        yield rule, [*flaws_of(rule, rules=rules, documents=documents, knows_code=around.knows_code)]


# ---- the pack as a whole ----------------------------------------------------------------------------


def _in_pack(pack: Pack, around: Around) -> Iterator[Flaw]:
    for what, ids in (
        ("rule", [each.id for each in pack.rules]),
        ("document", [d.id for d in pack.documents]),
    ):
        for id in _twice(ids):
            yield Flaw(
                code=f"duplicate_{what}",
                reason=f"two {what}s have the id {id}.",
                rule=id if what == "rule" else "",
                field="id" if what == "rule" else "documents",
            )
    for rule in pack.rules:
        if rule.id in around.rules:
            yield flaw(rule, "duplicate_rule", "another active pack has a rule of this id.", "id")
        if (checked := rule.citation.checked_on) > around.today:
            reason = f"{checked}, when its citation was checked, is to come."
            yield flaw(rule, "citation", reason, "citation.checked_on")
    yield from flaws_of_covers(pack, knows_code=around.knows_code, today=around.today)
    yield from _cycles(pack, around)


def _twice(ids: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({id for id in ids if id in seen or seen.add(id)})  # type: ignore[func-returns-value]


def _cycles(pack: Pack, around: Around) -> Iterator[Flaw]:
    """Yield a rule that, over any number of steps, supersedes or exempts itself."""
    rules = {**around.rules, **{rule.id: rule for rule in pack.rules}}
    done: set[str] = set()
    for start in sorted(rules):
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            id, leaving = stack.pop()
            if leaving:
                path.pop()
                done.add(id)
            elif id in path:
                circle = (*path[path.index(id) :], id)
                field = "supersedes" if circle[1] in rules[id].supersedes else "exempts"
                yield flaw(rules[id], "cycle", f"it takes itself away: {' → '.join(circle)}.", field)
            elif id in rules and id not in done:
                path.append(id)
                stack.append((id, True))
                stack += [(each, False) for each in (*rules[id].supersedes, *rules[id].exempts)]
