"""What else is known about somebody moves the score of a name. No effect is large enough to hide a name that
fits: a list's birth dates and countries are often wrong, and a miss costs more than a look.
"""

from entrepot.screening.model.party import Party
from entrepot.screening.model.screening import Part, ScreenedSubject

# Effects of the birth date. Their order is what matters; their sizes were tried on the made-up people of
# `bench/labels`, where `bench screening` prints how many are found and how many namesakes are.
_SAME_DAY = 0.05  # 1961-04-02 ~ 1961-04-02
_AS_FAR_AS_KNOWN = 0.03  # 1961-04-02 ~ 1961, or day and month swapped: 1961-04-02 ~ 1961-02-04
_ONE_PART_WRONG = -0.02  # 1961-04-02 ~ 1961-04-12: somebody mistyped
_MORE_WRONG = -0.06  # 1961-04-02 ~ 1962-11-30, a year apart at most
_YEARS_APART = -0.12  # 1961 ~ 1965
_GENERATION_APART = -0.2  # 1961 ~ 1985
_NEAR_YEARS, _FAR_YEARS = 1, 5  # lists give estimated years, mostly one off; five are no estimate any more
_SAME_COUNTRY, _OTHER_COUNTRY = 0.03, -0.04  # people have several, and lists know one
_OTHER_KIND = -0.1  # a person ~ the ship that was named after them


def parts_of(
    subject: ScreenedSubject, party: Party, *, likeness: float, matched_name: str
) -> tuple[Part, ...]:
    """Return what makes the score: the likeness of the names, then each other fact that both sides give."""
    name = Part(part="name", effect=round(likeness, 4), text=f"{subject.name} ~ {matched_name}")
    others = (_birth_date(subject, party), _country(subject, party), _kind(subject, party))
    return (name, *(part for part in others if part is not None))


def score_of(parts: tuple[Part, ...]) -> float:
    """Return the sum of the parts, from 0 to 1."""
    return round(min(1.0, max(0.0, sum(part.effect for part in parts))), 4)


def _birth_date(subject: ScreenedSubject, party: Party) -> Part | None:
    born = subject.birth_date
    if not born or not party.birth_dates:
        return None
    effect, closest = max((birth_date_effect(born, each), each) for each in party.birth_dates)
    return Part(part="birth_date", effect=effect, text=f"{born} ~ {closest}")


def birth_date_effect(one: str, other: str) -> float:
    """Return the effect of two birth dates. Lists often know only a year, and swap day and month."""
    if one == other:
        return _SAME_DAY
    years = abs(int(one[:4]) - int(other[:4]))
    if years > _NEAR_YEARS:
        return _YEARS_APART if years <= _FAR_YEARS else _GENERATION_APART
    if years == 0 and (other.startswith(one) or one.startswith(other)):
        return _AS_FAR_AS_KNOWN
    if years == 0 and (one[5:7], one[8:]) == (other[8:], other[5:7]):
        return _AS_FAR_AS_KNOWN
    wrong = sum(mine != theirs for mine, theirs in zip(one.split("-"), other.split("-"), strict=False))
    return _ONE_PART_WRONG if wrong == 1 else _MORE_WRONG


def _country(subject: ScreenedSubject, party: Party) -> Part | None:
    if not subject.country or not party.countries:
        return None
    return Part(
        part="country",
        effect=_SAME_COUNTRY if subject.country in party.countries else _OTHER_COUNTRY,
        text=f"{subject.country} ~ {', '.join(party.countries)}",
    )


def _kind(subject: ScreenedSubject, party: Party) -> Part | None:
    if subject.kind is None or subject.kind == party.kind:
        return None
    return Part(part="kind", effect=_OTHER_KIND, text=f"{subject.kind} ~ {party.kind}")
