"""Kinds of notices that somebody names."""

from collections.abc import Iterable

from entrepot.common.model.wrong import WrongMember
from entrepot.core.notices import NoticeKind, NoticeKinds


class UnknownKind(WrongMember):
    """There are no notices of this kind."""


def known(kinds: NoticeKinds, name: str) -> NoticeKind:
    """Raises: UnknownKind."""
    if name not in kinds:
        raise UnknownKind(f"There is no kind {name}.", field="kind")
    return kinds.of(name)


def check_shown(kinds: NoticeKinds, names: Iterable[str]) -> None:
    """Raises: UnknownKind, naming the kinds that nobody may choose."""
    if unknown := sorted(set(names) - set(kinds.shown)):
        raise UnknownKind(f"There is no kind {', '.join(unknown)}.", field="channels")
