"""THE page: which contexts there are, who hears what, and what each does by itself."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import ModuleType

import msgspec

from entrepot import common, device, monitor, rule, tracking, user
from entrepot.common.api import ROUTES as COMMON
from entrepot.common.events import CommonDataTold, LetterWanted
from entrepot.common.service import people as members
from entrepot.common.service.alerts import on_alert_raised, on_alert_withdrawn, on_device_revoked
from entrepot.common.service.compliance import on_facts_stale, on_pack_submitted, on_party_matched
from entrepot.common.service.delivering import deliver
from entrepot.common.service.digests import send_digests
from entrepot.common.service.letters import on_letter_refused, on_letter_written
from entrepot.common.service.letters import tidy as tidy_letters
from entrepot.common.service.retention import tidy as tidy_notices
from entrepot.core.errors import Unavailable
from entrepot.core.events import Event, placed, sources
from entrepot.core.routes import Cursor, Page, Principal, Route
from entrepot.core.time import now
from entrepot.core.tokens import Claims
from entrepot.device.api import ROUTES as EDGE
from entrepot.device.door import listening
from entrepot.device.service import roster
from entrepot.device.service.commands import on_device_commanded
from entrepot.device.service.intake_reports import tidy as tidy_edge
from entrepot.device.service.privacy import on_device_data_wanted
from entrepot.gateway import operators
from entrepot.gateway.remote.upstream import Upstream
from entrepot.gateway.rows.binding import Arguments
from entrepot.gateway.rows.door import Door
from entrepot.gateway.session.auth import Recognise
from entrepot.http.access_log import Served
from entrepot.infra.mailbox import dead_letters, reader_rows
from entrepot.monitor.api import ROUTES as MONITOR
from entrepot.monitor.events import MonitorDataTold, RequestsServed
from entrepot.monitor.service import on_person_erased, on_person_export_requested, on_requests_served
from entrepot.monitor.service import tidy as tidy_activity
from entrepot.node.hosting import (
    Context,
    Duty,
    Handler,
    Standing,
    Tidy,
)
from entrepot.node.node import GATEWAY
from entrepot.rule.api import ROUTES as RULE
from entrepot.rule.events import FactsStale, PackSubmitted, PartyMatched, RuleDataTold
from entrepot.rule.service import freshness, screenings, starter
from entrepot.rule.service import privacy as rule_privacy
from entrepot.tracking.api import ROUTES as TRACKING
from entrepot.tracking.events import (
    AlertRaised,
    AlertWithdrawn,
    DeviceChanged,
    DeviceCommanded,
    DeviceDataWanted,
    DeviceEnrolled,
    DeviceReported,
    DeviceRevoked,
    EdgeDataTold,
    PositionsAccepted,
    QuarantineRead,
    TrackingDataTold,
)
from entrepot.tracking.service import privacy as tracking_privacy
from entrepot.tracking.service.audit import on_quarantine_read
from entrepot.tracking.service.clock import watch_the_clock
from entrepot.tracking.service.patterns import watch_patterns
from entrepot.tracking.service.positions import on_device_reported, on_positions_accepted
from entrepot.tracking.service.retention import keep_retention
from entrepot.tracking.service.retention import tidy as tidy_tracking
from entrepot.user.api import ROUTES as USER
from entrepot.user.events import (
    KeyNarrowed,
    KeyRevoked,
    LetterRefused,
    LetterWritten,
    MembershipChanged,
    PersonErased,
    PersonExportRequested,
    TokenRevoked,
)
from entrepot.user.model.key import Credential, Recognised
from entrepot.user.model.privacy import Holders
from entrepot.user.service.letters import on_letter_wanted
from entrepot.user.service.privacy import on_person_data_told
from entrepot.user.service.retention import say_memberships
from entrepot.user.service.retention import tidy as tidy_users

# ---- what there is --------------------------------------------------------------------------------

CONTEXTS: Mapping[str, tuple[ModuleType, tuple[Route, ...]]] = {
    "user": (user, USER),
    "monitor": (monitor, MONITOR),
    "common": (common, COMMON),
    "edge": (device, EDGE),
    "tracking": (tracking, TRACKING),
    "rule": (rule, RULE),
}

# Who hears what: an event, and the handlers that it reaches.
HEARS: tuple[tuple[type[Event], Handler], ...] = (
    (RequestsServed, on_requests_served),
    (LetterWanted, on_letter_wanted),
    (LetterWritten, on_letter_written),
    (LetterRefused, on_letter_refused),
    (MembershipChanged, members.on_membership_changed),
    (MembershipChanged, tracking_privacy.on_membership_changed),
    (AlertRaised, on_alert_raised),
    (AlertWithdrawn, on_alert_withdrawn),
    (DeviceRevoked, on_device_revoked),
    (PartyMatched, on_party_matched),
    (FactsStale, on_facts_stale),
    (PackSubmitted, on_pack_submitted),
    (PersonExportRequested, on_person_export_requested),
    (PersonExportRequested, members.on_person_export_requested),
    (PersonExportRequested, tracking_privacy.on_person_export_requested),
    (MonitorDataTold, on_person_data_told),
    (TrackingDataTold, on_person_data_told),
    (CommonDataTold, on_person_data_told),
    (PersonExportRequested, rule_privacy.on_person_export_requested),
    (RuleDataTold, on_person_data_told),
    (DeviceDataWanted, on_device_data_wanted),
    (EdgeDataTold, on_person_data_told),
    (PersonErased, rule_privacy.on_person_erased),
    (PersonErased, tracking_privacy.on_person_erased),
    (PersonErased, on_person_erased),
    (PersonErased, members.on_person_erased),
    (DeviceEnrolled, roster.on_device_enrolled),
    (DeviceChanged, roster.on_device_changed),
    (DeviceRevoked, roster.on_device_revoked),
    (DeviceCommanded, on_device_commanded),
    (PositionsAccepted, on_positions_accepted),
    (DeviceReported, on_device_reported),
    (QuarantineRead, on_quarantine_read),
)

# What each context forgets by itself, now and then.
TIDIES: Mapping[str, tuple[Tidy, ...]] = {
    "user": (tidy_users, say_memberships),
    "common": (tidy_letters, tidy_notices),
    "monitor": (tidy_activity,),
    "tracking": (tidy_tracking,),
    "edge": (tidy_edge,),
    "rule": (screenings.tidy,),
}

# What a context does by itself while it leads: every so many seconds, outside any transaction.
DUTIES: Mapping[str, tuple[tuple[float, Duty], ...]] = {
    "common": ((0.5, deliver), (10.0, send_digests)),
    "tracking": ((5.0, watch_the_clock), (10.0, watch_patterns), (60.0, keep_retention)),
    "rule": (
        (0.25, starter.begin),
        (3600.0, freshness.look),
        (5.0, screenings.screen_again),
    ),
}

# What stands as long as a context leads: the doors for devices.
STANDING: Mapping[str, tuple[Standing, ...]] = {"edge": (listening.stand,)}

# Who answers when a person wants to know what is held about them.
HOLDERS = Holders(frozenset({"user", "monitor", "common", "tracking", "edge", "rule"}))

# Events whose subject is a credential that no longer opens anything.
FORGETS = frozenset({KeyRevoked.TYPE, KeyNarrowed.TYPE, TokenRevoked.TYPE})

_RECOGNISE = "POST /internal/credentials"
_HOUSE = Principal("house", "", frozenset(), "operator")


def contexts() -> tuple[Context, ...]:
    """Every context of the program, the gateway's own journal included."""
    described = [
        _context(name, package.__doc__ or "", routes, files(package.__name__) / "schema")
        for name, (package, routes) in CONTEXTS.items()
    ]
    about = "The node itself: events as they flow, and backups."
    return (*described, _context(GATEWAY, about, operators.ROUTES, None))


def _context(name: str, about: str, routes: tuple[Route, ...], schema: Traversable | None) -> Context:
    hears: dict[str, list[tuple[type[Event], Handler]]] = {}
    for event, handler in HEARS:
        if _home(handler) == name:
            for source in sources(event):
                hears.setdefault(source, []).append((event, handler))
    readers = frozenset(placed(_home(handler)) for event, handler in HEARS if placed(name) in sources(event))
    rows = (*routes, *_dead_letters(name), *_readers(name))
    tidies, duties, stands = TIDIES.get(name, ()), DUTIES.get(name, ()), STANDING.get(name, ())
    return Context(name, about.strip(), rows, schema, hears, readers, tidies, duties, stands)


def _home(handler: Handler) -> str:
    package = handler.__module__.split(".")[1]
    return {"device": "edge"}.get(package, package)


def _dead_letters(context: str) -> tuple[Route, ...]:
    path, letter = f"/api/dead-letters/{context}", dead_letters.DeadLetter
    page = Page[letter]  # type: ignore[valid-type]
    return (
        Route("GET", path, dead_letters.page, takes=Cursor, gives=page, scope="node:operate"),
        Route("GET", f"{path}/{{id}}", dead_letters.show, gives=letter, scope="node:operate"),
        Route("POST", f"{path}/{{id}}/replay", dead_letters.replay, gives=letter, scope="node:operate"),
    )


def _readers(context: str) -> tuple[Route, ...]:
    path, reader = f"/api/readers/{context}", reader_rows.LogReader
    page = Page[reader]  # type: ignore[valid-type]
    new, gone, scope = reader_rows.NewReader, reader_rows.GoneReader, "node:operate"
    return (
        Route("GET", path, reader_rows.list_readers, takes=Cursor, gives=page, scope=scope),
        Route("POST", path, reader_rows.add_reader, takes=new, gives=reader, status=201, scope=scope),
        Route("DELETE", path, reader_rows.remove_reader, takes=gone, scope=scope),
    )


# ---- what the gateway asks of contexts, without knowing them -----------------------------------------


def recognise(places: Mapping[str, Upstream], doors: Mapping[str, Mapping[str, Door]]) -> Recognise:
    """Ask the user context whether a credential still opens the house."""
    place, door = places["user"], doors["user"][_RECOGNISE]

    async def ask(found: Claims | str) -> Principal | None:
        credential = (
            Credential(key_digest=found) if isinstance(found, str) else Credential(token_id=found.jti)
        )
        asked = Arguments({}, b"", msgspec.json.encode(credential))
        answer = await place.ask(door, _HOUSE, asked)
        if answer.status != 200:
            raise Unavailable("Credentials cannot be checked now.")
        recognised = msgspec.json.decode(answer.body, type=Recognised)
        if not recognised.known:
            return None
        return recognised.principal if isinstance(found, str) else _bearer(found)

    return ask


def _bearer(claims: Claims) -> Principal:
    return Principal(claims.sub, claims.org, frozenset(claims.scope.split()), claims.kind, claims.jti)


def served_requests(served: Served) -> Event:
    return RequestsServed(
        row=served.row,
        status=served.status,
        principal=served.principal,
        organisation=served.organisation,
        count=served.count,
        total_us=served.total_us,
        longest_us=served.longest_us,
        bytes_out=served.bytes_out,
        until=now(),
    )
