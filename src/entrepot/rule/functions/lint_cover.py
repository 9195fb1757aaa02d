"""What is wrong with what a pack says that it covers."""

from collections.abc import Iterator
from datetime import date

from entrepot.rule.functions.lint_rule import KnowsCode, fault_of_span
from entrepot.rule.model.domain import DOMAINS
from entrepot.rule.model.flaw import Flaw
from entrepot.rule.model.pack import Cover, Pack
from entrepot.trade import markets


def flaws_of_covers(pack: Pack, *, knows_code: KnowsCode, today: date) -> Iterator[Flaw]:
    """Yield each flaw with the path of the member that it is about."""
    for number, cover in enumerate(pack.covers):
        for code, reason, field in _faults(cover, knows_code, today):
            yield Flaw(code=code, reason=reason, field=f"covers[{number}].{field}")


def _faults(cover: Cover, knows_code: KnowsCode, today: date) -> Iterator[tuple[str, str, str]]:
    if cover.domain not in DOMAINS:
        yield "unknown_domain", f"there is no domain of law {cover.domain}.", "domain"
    for field in ("markets", "exclude_origins"):
        for number, place in enumerate(getattr(cover, field)):
            if not markets.known(place):
                yield "unknown_market", f"there is no country or group {place}.", f"{field}[{number}]"
    for field in ("hs_include", "hs_exclude"):
        for number, span in enumerate(getattr(cover, field)):
            if reason := fault_of_span(span, "HS2022", knows_code):
                yield "hs_code", reason, f"{field}[{number}]"
    if cover.valid_from and cover.valid_to and cover.valid_from > cover.valid_to:
        yield "never_matches", "it ends before it begins.", "valid_to"
    if cover.checked_on > today:
        yield "citation", f"{cover.checked_on}, when it was checked, is to come.", "checked_on"
    if cover.complete and not cover.about.strip():
        yield "unexplained", "whoever claims that it is complete says by what.", "about"
