"""Revisions of rules, counted against the version that is active."""

from collections.abc import Iterator

import msgspec

from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import MOST_REVISIONS, Rule


def counted(pack: Pack, active: Pack | None) -> Iterator[Rule]:
    """Yield its rules whose revision has to change. A rule that says what the active one says has that one's
    revision; one that differs has the next, or a higher one that it names itself. New rules keep theirs.
    """
    before = {rule.id: rule for rule in active.rules} if active is not None else {}
    for rule in pack.rules:
        if (old := before.get(rule.id)) is not None:
            revision = _next(rule, old)
            if revision != rule.revision:
                yield msgspec.structs.replace(rule, revision=revision)


def says_the_same(one: Rule, other: Rule) -> bool:
    """But for how often each was changed."""
    return msgspec.structs.replace(one, revision=other.revision) == other


def _next(rule: Rule, old: Rule) -> int:
    if says_the_same(rule, old):
        return old.revision
    return min(max(rule.revision, old.revision + 1), MOST_REVISIONS)
