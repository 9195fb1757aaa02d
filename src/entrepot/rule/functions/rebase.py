"""Two versions of a pack that began from one: what both made of it, rule by rule and member by member."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from entrepot.rule.functions.diff import changed_field
from entrepot.rule.functions.revision import says_the_same
from entrepot.rule.model.life import PACK_ITSELF, MergeChoice, RuleDiff
from entrepot.rule.model.pack import Document, Pack
from entrepot.rule.model.rule import Rule

T = TypeVar("T", bound=msgspec.Struct)
ChangedFields = list[tuple[str, Any, Any]]
_COUNTED = "revision"  # by the program, when the draft is submitted


class Rebased(NamedTuple):
    """`clashes` are rules, and the pack itself, that both changed otherwise and nobody has chosen of."""

    pack: Pack
    clashes: list[RuleDiff]


def rebased(base: Pack, theirs: Pack, mine: Pack, choices: Mapping[str, MergeChoice]) -> Rebased:
    """`mine` with what `theirs` changed of `base`. Where both changed the same member, or one took out what
    the other changed, `choices` says whose holds, by the rule's id.
    """
    clashes: list[RuleDiff] = []
    rules: list[Rule] = []
    every = [{rule.id: rule for rule in pack.rules} for pack in (base, theirs, mine)]
    for id in sorted(set().union(*every)):
        was, there, here = (found.get(id) for found in every)
        rule, fields = _merged(was, there, here, choices.get(id))
        if fields is not None:
            title = next(each.title for each in (here, there) if each is not None)
            clashes.append(RuleDiff(id=id, title=title, fields=[changed_field(*each) for each in fields]))
        if rule is not None:
            rules.append(rule)
    documents, torn = _documents(base, theirs, mine, choices.get(PACK_ITSELF))
    about = [msgspec.structs.replace(each, rules=(), documents=()) for each in (base, theirs, mine)]
    pack, fields = _merged(about[0], about[1], about[2], choices.get(PACK_ITSELF))
    if fields is not None or torn:
        told = [changed_field(*each) for each in (*(fields or ()), *torn)]
        clashes.append(RuleDiff(id=PACK_ITSELF, title=mine.title, fields=told))
    made = pack if isinstance(pack, Pack) else mine
    return Rebased(msgspec.structs.replace(made, rules=tuple(rules), documents=documents), clashes)


def _merged(
    base: T | None, theirs: T | None, mine: T | None, choice: MergeChoice | None
) -> tuple[T | None, ChangedFields | None]:
    """Return the whole, and which members clash: (name, theirs, mine); none of them if one took it out."""
    if _same(mine, theirs) or _same(theirs, base):
        return mine, None
    if _same(mine, base):
        return theirs, None
    if choice is not None and (mine is None or theirs is None):
        return (mine if choice == "mine" else theirs), None
    if mine is None or theirs is None:
        return mine, []
    members, clashes = _members(base, theirs, mine, choice)
    return msgspec.structs.replace(mine, **members), clashes or None


def _members(
    base: msgspec.Struct | None, theirs: msgspec.Struct, mine: msgspec.Struct, choice: MergeChoice | None
) -> tuple[dict[str, Any], ChangedFields]:
    found: dict[str, Any] = {}
    clashes: ChangedFields = []
    for name in mine.__struct_fields__:
        was, there, here = (getattr(each, name, None) for each in (base, theirs, mine))
        if name == _COUNTED or there == here or (base is not None and there == was):
            continue
        if (base is not None and here == was) or choice == "theirs":
            found[name] = there
        elif choice is None:
            clashes.append((name, there, here))
    return found, clashes


def _same(one: msgspec.Struct | None, other: msgspec.Struct | None) -> bool:
    if isinstance(one, Rule) and isinstance(other, Rule):
        return says_the_same(one, other)
    return one == other


def _documents(
    base: Pack, theirs: Pack, mine: Pack, choice: MergeChoice | None
) -> tuple[tuple[Document, ...], ChangedFields]:
    kept: list[Document] = []
    torn: ChangedFields = []
    every = [{each.id: each for each in pack.documents} for pack in (base, theirs, mine)]
    for id in dict.fromkeys(id for documents in every[::-1] for id in documents):
        was, there, here = (documents.get(id) for documents in every)
        found, fields = _merged(was, there, here, choice)
        if fields is not None:
            torn.append((f"documents.{id}", there, here))
        if found is not None:
            kept.append(found)
    return tuple(kept), torn
