"""Kinds of notices: who may see them, what they are called, and the terms that templates may use. A context
lists its kinds in its table, and says how its events become notices.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta

from entrepot.core.gazetteer import in_words, near

Severity = Literal["info", "warning", "critical"]
Facts = Mapping[str, str | float | bool | None]
Term = Callable[[Facts], str]

KindName = Annotated[str, Meta(max_length=64, pattern=r"^[a-z][a-z_]*\.[a-z][a-z_]*$")]
# One kind, all of a family (`alert.*`), or every kind (`*`).
KindPattern = Annotated[str, Meta(max_length=64, pattern=r"^(\*|[a-z][a-z_]*\.(\*|[a-z][a-z_]*))$")]


class NoticeKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind, or with a name such as `alert.*` all kinds of a family without a row of their own. `scope` is
    what a person needs to get it; without one nobody does. `page` is where the console shows more, with facts
    in {braces}. `terms` fill the placeholders of `subject` and `text`. With `by_letter` it is sent as a
    letter, too, until somebody chooses otherwise: they asked for it.
    """

    name: str
    about: str
    scope: str | None
    severity: Severity
    subject: str
    text: str
    terms: Mapping[str, Term] = {}
    sample: Facts = {}
    page: str = "/notifications"
    by_letter: bool = False


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says to people. `key` is the same whenever the same thing is said again; `subject` is
    what it is about (the id of a device or a screening, a pack's name) and `place` where (a geofence's id).
    Without an `organisation` it is for every one in which somebody has the kind's scope; `only_for` names
    the one person who may get it.
    """

    kind: str
    key: str
    subject: str
    facts: dict[str, str | float | bool | None]
    organisation: str = ""
    place: str = ""
    occurred_at: datetime | None = None
    late: bool = False
    simulated: bool = False
    only_for: str = ""


class Recall(msgspec.Struct, frozen=True):
    """News that turned out to be wrong, by its `key`."""

    key: str
    organisation: str


_GONE = NoticeKind(
    name="*", about="A notice of a kind that this node no longer knows.", scope=None, severity="info",
    subject="{kind}", text="{kind}, on {time}.",
)  # fmt: skip


class NoticeKinds:
    """The kinds of all contexts of this node."""

    def __init__(self, kinds: Iterable[NoticeKind]) -> None:
        self._kinds = {each.name: each for each in kinds}
        self._named = {name: each for name, each in self._kinds.items() if not name.endswith(".*")}

    def __contains__(self, name: object) -> bool:
        return name in self._named

    def of(self, name: str) -> NoticeKind:
        """Return the kind of a stored notice, even one that this node no longer knows."""
        return self._kinds.get(name) or self._kinds.get(f"{name.partition('.')[0]}.*", _GONE)

    @property
    def shown(self) -> Mapping[str, NoticeKind]:
        """The kinds that people get, and so may choose channels for."""
        return {name: kind for name, kind in self._named.items() if kind.scope is not None}

    def page_of(self, name: str, facts: Facts) -> str:
        """Return the page of the console that shows what a notice is about."""
        return self.of(name).page.format_map(
            {each: quote(str(fact), safe="") for each, fact in facts.items()}
        )


def matches(name: str, patterns: list[str]) -> bool:
    family = name.partition(".")[0]
    return any(pattern in ("*", name, f"{family}.*") for pattern in patterns)


# ---- terms that several contexts use -----------------------------------------------------------------


def named(fact: str, otherwise: str) -> Term:
    """Return a term that shows a fact as it is, or `otherwise` where the fact is missing."""
    return lambda facts: str(facts.get(fact) or otherwise)


def measured(form: str, *, times: float = 1.0) -> Term:
    """Return a term that shows the fact `value` times `times` in a form such as `{:.0f} km/h`."""

    def term(facts: Facts) -> str:
        value = facts.get("value")
        return form.format(float(value) * times) if value is not None else "an unknown value"

    return term


def whole_number(fact: str) -> Term:
    return lambda facts: f"{float(facts.get(fact) or 0):.0f}"


def at_place(facts: Facts) -> str:
    """Return the facts `latitude` and `longitude` (degrees) to five decimals, which is about a metre, and how
    far from which town that is.
    """
    latitude, longitude = facts.get("latitude"), facts.get("longitude")
    if latitude is None or longitude is None:
        return "an unknown place"
    exactly = f"{float(latitude):.5f}, {float(longitude):.5f}"
    town = in_words(near(float(latitude), float(longitude)))
    return f"{exactly} ({town})" if town else exactly
