"""Which backups are kept. A rule counts backups that are there, never days that passed: where none succeeded
for a month, none is old enough to go.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from entrepot.core.errors import Invalid

# Of the newest so many hours, days, … of which there is a backup, the last of each is kept, as restic has it:
# https://restic.readthedocs.io/en/stable/060_forget.html#removing-snapshots-according-to-a-policy
_PERIODS: Mapping[str, Callable[[datetime], object]] = {
    "last": lambda at: at,
    "hourly": lambda at: (at.date(), at.hour),
    "daily": lambda at: at.date(),
    "weekly": lambda at: at.isocalendar()[:2],
    "monthly": lambda at: (at.year, at.month),
    "yearly": lambda at: at.year,
}


def rule_of(texts: Iterable[str]) -> dict[str, int]:
    """`daily=7` and so on. The newest is kept whatever it says. Raises: Invalid."""
    rule: dict[str, int] = {}
    for text in texts:
        period, _, count = text.partition("=")
        if period not in _PERIODS or not count.isdecimal():
            raise Invalid(f"{text!r} is none of {', '.join(f'{name}=N' for name in _PERIODS)}")
        rule[period] = int(count)
    return rule


def kept(taken: Sequence[datetime], rule: Mapping[str, int], *, zone: str) -> set[datetime]:
    """Return which of these to keep; days and weeks are those of `zone`."""
    newest_first = sorted(set(taken), reverse=True)
    keeps = set(newest_first[:1])
    for period, count in rule.items():
        seen: list[object] = []
        for at in newest_first:
            bucket = _PERIODS[period](at.astimezone(ZoneInfo(zone)))
            if bucket not in seen:
                seen.append(bucket)
                if len(seen) > count:
                    break
                keeps.add(at)
    return keeps
