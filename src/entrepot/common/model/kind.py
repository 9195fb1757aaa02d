"""Kinds of notices: who may see them, what they are called, and the words that templates may use. Another
context's events become notices by a row here.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta

from entrepot.common.model.wrong import WrongMember

Severity = Literal["info", "warning", "critical"]
Facts = Mapping[str, str | float | bool | None]
Word = Callable[[Facts], str]

KindName = Annotated[str, Meta(max_length=64, pattern=r"^[a-z][a-z_]*\.[a-z][a-z_]*$")]
# One kind, all of a family (`alert.*`), or every kind (`*`).
KindPattern = Annotated[str, Meta(max_length=64, pattern=r"^(\*|[a-z][a-z_]*\.(\*|[a-z][a-z_]*))$")]


class UnknownKind(WrongMember):
    """There are no notices of this kind."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind. `scope` is what a person needs to be told; without one nobody is. `page` is where the console
    shows more, with facts in {braces}.
    """

    about: str
    scope: str | None
    severity: Severity
    subject: str
    text: str
    words: Mapping[str, Word]
    sample: Facts
    page: str = "/notifications"


def _named(fact: str, otherwise: str) -> Word:
    return lambda facts: str(facts.get(fact) or otherwise)


def _measured(form: str, *, times: float = 1.0) -> Word:
    def word(facts: Facts) -> str:
        value = facts.get("value")
        return form.format(float(value) * times) if value is not None else "an unknown value"

    return word


def _place(facts: Facts) -> str:
    latitude, longitude = facts.get("latitude"), facts.get("longitude")
    if latitude is None or longitude is None:
        return "an unknown place"
    return f"{float(latitude):.5f}, {float(longitude):.5f}"


_DEVICE: Mapping[str, Word] = {"device": _named("device_name", "A device"), "place": _place}
_FENCE: Mapping[str, Word] = {**_DEVICE, "geofence": _named("geofence_name", "a geofence")}
_SAMPLE: Facts = {
    "device_name": "Van 3", "geofence_name": "Depot", "latitude": 52.52, "longitude": 13.405,
}  # fmt: skip


def _alert(
    about: str, subject: str, text: str, *, severity: Severity, words: Mapping[str, Word] = _DEVICE,
    value: float | None = None,
) -> Kind:  # fmt: skip
    sample = _SAMPLE if value is None else {**_SAMPLE, "value": value}
    return Kind(
        about=about, scope="alert:read", severity=severity, subject=subject, text=text, words=words,
        sample=sample, page="/alerts",
    )  # fmt: skip


_STATES = {
    "open": "Somebody should decide whether they are meant.",
    "matched": "It was decided that they are meant: stop.",
    "clear": "Nothing is left to decide.",
}


def _counted(facts: Facts) -> str:
    count = float(facts.get("count") or 0)
    return f"{count:.0f} fact{'' if count == 1 else 's'}"


def _whole(name: str) -> Word:
    return lambda facts: f"{float(facts.get(name) or 0):.0f}"


def _hits(facts: Facts) -> str:
    counted = (f"{facts[each]:.0f} {each}" for each in ("appeared", "changed", "gone") if facts.get(each))
    return ", ".join(counted) or "none"


def _state(facts: Facts) -> str:
    return _STATES.get(str(facts.get("state")), "Look at what was found.")


KINDS: Mapping[str, Kind] = {
    "alert.enter": _alert(
        "A device entered a geofence.", "{device} entered {geofence}",
        "{device} entered {geofence} on {time}.", severity="info", words=_FENCE,
    ),
    "alert.exit": _alert(
        "A device left a geofence.", "{device} left {geofence}",
        "{device} left {geofence} on {time}.", severity="info", words=_FENCE,
    ),
    "alert.dwell": _alert(
        "A device stayed in a geofence for long.", "{device} stays in {geofence}",
        "{device} has been in {geofence} for {value}, as of {time}.", severity="info",
        words={**_FENCE, "value": _measured("{:.0f} min", times=1 / 60)}, value=1800.0,
    ),
    "alert.overspeed": _alert(
        "A device was too fast.", "{device} was too fast: {value}",
        "{device} went {value} at {place} on {time}.", severity="warning",
        words={**_DEVICE, "value": _measured("{:.0f} km/h", times=3.6)}, value=38.9,
    ),
    "alert.offline": _alert(
        "A device has not reported for long.", "{device} is silent",
        "{device} has not reported since {time}. It was last seen at {place}.", severity="warning",
    ),
    "alert.low_battery": _alert(
        "A device's battery is low.", "{device} is low on battery: {value}",
        "The battery of {device} stood at {value} on {time}.", severity="warning",
        words={**_DEVICE, "value": _measured("{:.0f} %")}, value=12.0,
    ),
    "alert.unexpected_movement": _alert(
        "A device moved when it should not.", "{device} moves unexpectedly",
        "{device} moved at {place} on {time}, when it should stand still.", severity="critical",
    ),
    "alert.unusual": _alert(
        "A device does what it usually does not.", "{device} does something unusual",
        "{device} is where it usually is not at this time: at {place} on {time}.", severity="warning",
    ),
    "rule.party_matched": Kind(
        about="A list changed, and a party that you watch has other matches on it.", scope="screening:read",
        severity="warning", subject="A watched party: {hits}",
        text="A list changed on {time}, and a party that you watch was screened again. {state}",
        words={"hits": _hits, "state": _state},
        sample={"screening_id": "1", "state": "open", "appeared": 1.0, "changed": 0.0, "gone": 0.0},
        page="/screenings/{screening_id}",
    ),
    "rule.pack_submitted": Kind(
        about="A version of a rule pack waits for approval.", scope="rule:approve", severity="info",
        subject="Pack {pack}, version {version}, waits for approval",
        text="It was handed over on {time}. Somebody other than its editors has to read what it changes, and "
        "approve it.",
        words={"pack": _named("pack", "a pack"), "version": _whole("version")},
        sample={"pack": "eu", "pack_id": "1", "version": 2.0}, page="/packs/{pack_id}",
    ),
    "rule.facts_stale": Kind(
        about="Facts of an active pack were not checked for too long.", scope="rule:write",
        severity="warning", subject="{count} of pack {pack} to check again",
        text="They were last checked too long ago, the oldest on {oldest}. They still count in every check.",
        words={"pack": _named("pack", "a pack"), "oldest": _named("oldest", "an unknown day"),
               "count": _counted},
        sample={"pack": "eu", "count": 3.0, "oldest": "2025-11-01"}, page="/rules?stale=1",
    ),
    "webhook.switched_off": Kind(
        about="A webhook failed for so long that it was switched off.", scope="notification:manage",
        severity="warning", subject="The webhook to {host} was switched off",
        text="The webhook to {host} was switched off on {time}: {reason}.\n\n"
        "Deliveries that were not taken lie among the dead ones and can be sent again.",
        words={"host": _named("host", "a host"), "reason": _named("reason", "it kept failing")},
        sample={"host": "hooks.example.org", "reason": "it kept failing for three days"},
    ),
    "webhook.test": Kind(
        about="A test of a webhook, which only that webhook gets.", scope=None, severity="info",
        subject="A test", text="This is a test, sent on {time}.", words={}, sample={},
    ),
}  # fmt: skip

# What alerts of kinds that are not named above are called until they are.
OTHER_ALERT = _alert(
    "Another alert of a device.", "{device}: {kind}", "{device}: {kind}, at {place} on {time}.",
    severity="warning",
)  # fmt: skip

# Kinds that people are told about, and so may choose channels for.
TOLD = tuple(name for name, kind in KINDS.items() if kind.scope is not None)


def known(name: str) -> Kind:
    """Raises: UnknownKind."""
    if name not in KINDS:
        raise UnknownKind(f"There is no kind {name}.", field="kind")
    return KINDS[name]


def of(name: str) -> Kind:
    """Of a notice that came about, whatever its kind."""
    return KINDS.get(name, OTHER_ALERT)


def page_of(name: str, facts: Facts) -> str:
    """Where the console shows what a notice is about."""
    return of(name).page.format_map({each: quote(str(fact), safe="") for each, fact in facts.items()})


def matches(name: str, patterns: list[str]) -> bool:
    family = name.partition(".")[0]
    return any(pattern in ("*", name, f"{family}.*") for pattern in patterns)
