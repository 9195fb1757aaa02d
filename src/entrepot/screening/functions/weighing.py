"""What else is known about somebody moves the score of a name. No effect is large enough to hide a name that
fits: a list's birth dates and countries are often wrong, and a miss costs more than a look.
"""

from typing import Final, Literal, NamedTuple

from entrepot.screening.functions import births, identifiers
from entrepot.screening.model.party import Identifier, Party
from entrepot.screening.model.screening import Part, ScreenedSubject

PartName = Literal["name", "weak_alias", "legal_form", "identifier", "birth_date", "country", "kind"]


class Feature(NamedTuple):
    """Something that raises or lowers a score, with two values that do."""

    name: str
    part: PartName
    effect: float
    example: str


# Their order is what matters; the sizes were tried on the made-up people, firms and ships of `bench/labels`,
# where `bench screening` prints how many are found and how many others are.
FEATURES: Final = {
    each.name: each
    for each in (
        Feature("same_day", "birth_date", 0.05, "1961-04-02 ~ 1961-04-02"),
        Feature("as_far_as_known", "birth_date", 0.03, "1961-04-02 ~ 1961"),
        Feature("day_month_swapped", "birth_date", 0.03, "1961-04-02 ~ 1961-02-04"),
        Feature("within_estimate", "birth_date", 0.02, "1971 ~ 1970~"),
        Feature("one_part_wrong", "birth_date", -0.02, "1961-04-02 ~ 1961-04-12"),
        Feature("more_wrong", "birth_date", -0.06, "1961-04-02 ~ 1962-11-30"),
        Feature("years_apart", "birth_date", -0.12, "1961 ~ 1965"),
        Feature("generation_apart", "birth_date", -0.2, "1961 ~ 1985"),
        Feature("same_country", "country", 0.03, "RU ~ RU"),
        Feature("other_country", "country", -0.04, "RU ~ PA"),
        Feature("other_kind", "kind", -0.1, "person ~ vessel"),
        Feature("weak_alias", "weak_alias", -0.04, "Vanya, of low quality"),
        Feature("other_legal_form", "legal_form", -0.02, "Acme Ltd ~ Acme AG"),
        Feature("other_number", "identifier", -0.13, "IMO 9074729 ~ IMO 9999993"),
    )
}
_NEAR_YEARS, _FAR_YEARS = 1, 5  # lists give estimated years, mostly one off; five are no estimate any more


def parts_of(
    subject: ScreenedSubject,
    party: Party,
    *,
    likeness: float,
    matched_name: str,
    forms: tuple[str, str] = ("", ""),
) -> tuple[Part, ...]:
    """Return what makes the score: the likeness of the names, then each other fact that both sides give.
    `forms` are the classes of both legal forms.
    """
    name = Part(part="name", effect=round(likeness, 4), text=f"{subject.name} ~ {matched_name}")
    others = (
        _weak_alias(party, matched_name), _legal_form(forms), _birth_date(subject, party),
        _country(subject, party), _kind(subject, party),
    )  # fmt: skip
    parts = (name, *(part for part in others if part is not None))
    number = _identifier(subject, party, so_far=score_of(parts))
    return parts if number is None else (*parts, number)


def score_of(parts: tuple[Part, ...]) -> float:
    """Return the sum of the parts, from 0 to 1."""
    return round(min(1.0, max(0.0, sum(part.effect for part in parts))), 4)


def most_added() -> float:
    """Return what everything but identifiers adds to a name at most."""
    highest: dict[str, float] = {}
    for each in FEATURES.values():
        highest[each.part] = max(highest.get(each.part, 0.0), each.effect)
    return sum(highest.values())


def _part(name: str, text: str) -> Part:
    feature = FEATURES[name]
    return Part(part=feature.part, effect=feature.effect, text=text)


def _weak_alias(party: Party, matched_name: str) -> Part | None:
    weak = matched_name in party.weak_aliases and matched_name not in (party.name, *party.aliases)
    return _part("weak_alias", matched_name) if weak else None


def _legal_form(forms: tuple[str, str]) -> Part | None:
    mine, theirs = forms
    return _part("other_legal_form", f"{mine} ~ {theirs}") if mine and theirs and mine != theirs else None


def _birth_date(subject: ScreenedSubject, party: Party) -> Part | None:
    born = subject.birth_date
    if not born or not party.birth_dates:
        return None
    effect, closest = max((birth_date_effect(born, each), each) for each in party.birth_dates)
    return Part(part="birth_date", effect=effect, text=f"{born} ~ {closest}")


def birth_date_effect(one: str, other: str) -> float:
    """Return the effect of two birth dates. Lists know only a year, estimate it, swap day and month."""
    return FEATURES[_of_birth_dates(one, other)].effect


def _of_birth_dates(one: str, other: str) -> str:
    if one == other and births.is_exact(one):
        return "same_day"
    if not (births.is_exact(one) and births.is_exact(other)):
        return _of_estimates(one, other)
    years = abs(int(one[:4]) - int(other[:4]))
    if years > _NEAR_YEARS:
        return "years_apart" if years <= _FAR_YEARS else "generation_apart"
    if years == 0 and (other.startswith(one) or one.startswith(other)):
        return "as_far_as_known"
    if years == 0 and (one[5:7], one[8:]) == (other[8:], other[5:7]):
        return "day_month_swapped"
    wrong = sum(mine != theirs for mine, theirs in zip(one.split("-"), other.split("-"), strict=False))
    return "one_part_wrong" if wrong == 1 else "more_wrong"


def _of_estimates(one: str, other: str) -> str:
    years = births.years_apart(one, other)
    if years == 0:
        return "as_far_as_known"
    if "~" in one + other:
        if years <= births.ABOUT_YEARS:
            return "within_estimate"
        years -= births.ABOUT_YEARS
    if years <= _NEAR_YEARS:
        return "more_wrong"
    return "years_apart" if years <= _FAR_YEARS else "generation_apart"


def _country(subject: ScreenedSubject, party: Party) -> Part | None:
    if not subject.country or not party.countries:
        return None
    name = "same_country" if subject.country in party.countries else "other_country"
    return _part(name, f"{subject.country} ~ {', '.join(party.countries)}")


def _kind(subject: ScreenedSubject, party: Party) -> Part | None:
    if subject.kind is None or subject.kind == party.kind:
        return None
    return _part("other_kind", f"{subject.kind} ~ {party.kind}")


def _identifier(subject: ScreenedSubject, party: Party, *, so_far: float) -> Part | None:
    """An identifier that agrees lifts the score to what it makes sure; one of which each party has only one
    lowers it when it differs.
    """
    pairs = [(mine, theirs) for mine in asked_identifiers(subject) for theirs in party.identifiers]
    same = [(identifiers.sure_of(*pair), pair[1]) for pair in pairs if identifiers.agree(*pair)]
    if same:
        sure, theirs = max(same, key=lambda each: each[0])
        return Part(
            part="identifier", effect=round(max(0.0, sure - so_far), 4), text=f"{theirs.type} {theirs.value}"
        )
    for mine, theirs in pairs:
        if identifiers.contradict(mine, theirs):
            return _part("other_number", f"{mine.type} {mine.value} ~ {theirs.value}")
    return None


def asked_identifiers(subject: ScreenedSubject) -> tuple[Identifier, ...]:
    """Return the subject's identifiers; what stands in place of a name may be one too."""
    if identifiers.is_searched(subject.name):
        return (*subject.identifiers, Identifier(value=subject.name[:140]))
    return subject.identifiers
