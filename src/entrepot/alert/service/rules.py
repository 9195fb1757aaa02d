"""Lists, sets and removes rules."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.alert.model.rule import (
    ALL,
    AlertRule,
    AlertRuleKey,
    AlertRuleNotFound,
    AlertRuleQuery,
    TooManyAlertRules,
)
from entrepot.alert.repository import rule as rules_of
from entrepot.core.errors import Unfit
from entrepot.core.notices import NoticeKinds
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Page, Principal

_Text = Annotated[str, Meta(max_length=64, pattern=r"^[^\x00]*$")]
# Enough for one of each device of a large fleet; all of them together are read only page by page.
MOST_RULES = 10_000


async def rules(tx: Reading, who: Principal, *, query: AlertRuleQuery) -> Page[AlertRule]:
    """The rules of the caller's organisation, by kind and device. Without any, every fact is told at once."""
    found = await rules_of.page(tx, who.organisation, after=_after(query.cursor), limit=query.limit + 1)
    shown = list(found[: query.limit])
    return Page(shown, _cursor(shown[-1]) if len(found) > query.limit else None)


async def set_rule(tx: Transaction, who: Principal, *, rule: AlertRule, kinds: NoticeKinds) -> AlertRule:
    """Set the rule for a kind and a device, or change it; it counts for facts heard from now on."""
    check_kind(None if rule.kind == ALL else rule.kind, kinds)
    check_kind(rule.confirmed_by or None, kinds, field="confirmed_by")
    if rule.confirmed_by and rule.confirmed_by == rule.kind:
        raise Unfit("confirmed_by", "Only a fact of another kind confirms one.")
    await rules_of.put(tx, who.organisation, rule)
    if await rules_of.count(tx, who.organisation) > MOST_RULES:
        raise TooManyAlertRules(f"An organisation has at most {MOST_RULES:,} rules.")
    return rule


async def remove_rule(tx: Transaction, who: Principal, *, query: AlertRuleKey) -> None:
    """Remove the rule for a kind and a device; the next closest counts from now on."""
    if not await rules_of.remove(tx, who.organisation, kind=query.kind, subject=query.device):
        raise AlertRuleNotFound("There is no such rule.")


def check_kind(kind: str | None, kinds: NoticeKinds, *, field: str = "kind") -> None:
    """Raises: Unfit, when no context says facts of this kind."""
    if kind is not None and f"alert.{kind}" not in kinds:
        raise Unfit(field, f"No alert is called {kind}.")


def _cursor(last: AlertRule) -> str:
    return urlsafe_b64encode(msgspec.json.encode((last.kind, last.device))).decode()


def _after(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor), type=tuple[_Text, _Text])
    except ValueError as error:  # msgspec's and base64's errors are ValueErrors
        raise Unfit("cursor", "This cursor is not one that a page gave.") from error
