"""Templates: plain text with {names} in it, checked when they are saved. Nothing in them is code."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from entrepot.common.model.notice import Notice
from entrepot.common.model.wrong import WrongMember
from entrepot.core.notices import KindName, NoticeKind, Severity
from entrepot.core.routes import Input

SUBJECT_MOST = 200  # more than mail programs show; RFC 5322 allows 998 in a line
_PART = re.compile(r"\{\{|\}\}|\{([a-z_]+)\}|[{}]")
# What no subject may hold: line ends, control characters, halves of characters (see `infra/mail/letter.py`).
_NOT_IN_A_LINE = frozenset(("Cc", "Zl", "Zp", "Cs"))
_COMMON = ("kind", "severity", "time", "link")


class BadTemplate(WrongMember):
    """A template that cannot be filled; `known` are the names that it may use."""

    fields = ("field", "known")

    def __init__(self, wrong: str, *, field: str, known: Iterable[str]) -> None:
        super().__init__(wrong, field=field)
        self.known = sorted(known)


class Template(Input, frozen=True, kw_only=True):
    """Subject and text with {placeholders}; `{{` and `}}` are braces."""

    subject: Annotated[str, Meta(min_length=1, max_length=SUBJECT_MOST, pattern=r"^[^\r\n]*$")]
    text: Annotated[str, Meta(min_length=1, max_length=4000)]


class Draft(Template, frozen=True, kw_only=True):
    """A template to be tried on a kind's sample."""

    kind: KindName


class TemplateView(msgspec.Struct, frozen=True, kw_only=True):
    """The template of a kind: the organisation's own, or the built-in one."""

    kind: str
    about: str
    severity: Severity
    subject: str
    text: str
    own: bool
    placeholders: list[str]


class RenderedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What a person reads."""

    subject: str
    text: str


def placeholders(kind: NoticeKind) -> list[str]:
    return sorted((*_COMMON, *kind.terms))


def check(template: Template, *, kind: NoticeKind) -> None:
    """Raises: BadTemplate, naming what is wrong."""
    known = placeholders(kind)
    for field, text in (("subject", template.subject), ("text", template.text)):
        for part in _PART.finditer(text):
            if part.group() in "{}":
                raise BadTemplate("A brace stands alone; write {{ or }}.", field=field, known=known)
            if part.group(1) is not None and part.group(1) not in known:
                raise BadTemplate(f"There is no {{{part.group(1)}}} here.", field=field, known=known)


def houses(kind: NoticeKind) -> Template:
    """Return the built-in template of a kind."""
    return Template(subject=kind.subject, text=kind.text)


def terms(notice: Notice, *, kind: NoticeKind, zone: ZoneInfo, link: str) -> dict[str, str]:
    """Return every placeholder's text, for somebody in this time zone."""
    return {
        "kind": notice.kind.partition(".")[2].replace("_", " "),
        "severity": notice.severity,
        "time": said(notice.occurred_at, zone),
        "link": link,
    } | {name: term(notice.facts) for name, term in kind.terms.items()}


def said(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d %B %Y at %H:%M %Z}"


def fill(template: Template, terms: Mapping[str, str]) -> RenderedNotice:
    """Fill the placeholders. Braces inside a term are never read as placeholders."""

    def put(part: re.Match[str]) -> str:
        name = part.group(1)
        return part.group()[0] if name is None else terms.get(name, "")

    return RenderedNotice(
        subject=one_line(_PART.sub(put, template.subject)), text=_PART.sub(put, template.text)
    )


def one_line(text: str) -> str:
    """Make text fit for a letter's subject; a mail program would decode `=?`."""
    plain = "".join(" " if unicodedata.category(each) in _NOT_IN_A_LINE else each for each in text)
    return " ".join(plain.replace("=?", "= ?").split())[:SUBJECT_MOST]


def write(
    notice: Notice,
    template: Template,
    *,
    kind: NoticeKind,
    zone: ZoneInfo,
    link: str,
    unsent: int = 0,
    withdrawn: bool = False,
) -> RenderedNotice:
    """Write the notice: the template's words, and what the reader must know beside them."""
    filled = fill(template, terms(notice, kind=kind, zone=zone, link=link))
    marks = _marks(notice, withdrawn=withdrawn)
    subject = "".join(f"[{mark}] " for mark, _ in marks) + filled.subject
    more = [sentence for _, sentence in marks]
    if unsent:
        more.append(f"{unsent} more like this came before and {'was' if unsent == 1 else 'were'} not sent.")
    text = "\n\n".join((filled.text.strip(), *more)).replace("\0", " ")
    return RenderedNotice(subject=one_line(subject), text=text)


def letter(written: RenderedNotice, *, link: str) -> RenderedNotice:
    """Return the letter, which ends with a link unless its text has it already. The inbox has a link of
    its own.
    """
    if link in written.text:
        return written
    return msgspec.structs.replace(written, text=f"{written.text}\n\n{link}")


def _marks(notice: Notice, *, withdrawn: bool) -> list[tuple[str, str]]:
    marks = (
        (withdrawn, "Withdrawn", "Later data showed that this did not happen."),
        (notice.late, "Late", "This was found only later, in data that came late."),
        (notice.simulated, "Simulated", "The device is simulated: nothing of this happened."),
    )
    return [(mark, sentence) for holds, mark, sentence in marks if holds]
