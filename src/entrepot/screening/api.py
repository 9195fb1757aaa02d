"""The rows of the screening context: lists of restricted parties, and who was screened."""

from entrepot.core.routes import Cursor, Limit, Page, Route
from entrepot.screening.model.batch import BatchReport, NewBatch
from entrepot.screening.model.decision import NewDecision
from entrepot.screening.model.party import (
    DiffQuery,
    EntryQuery,
    ListedEntry,
    ListReport,
    ListVersion,
    NewList,
    PartyChange,
)
from entrepot.screening.model.screening import (
    HitsQuery,
    HitView,
    NewScreening,
    Screening,
    ScreeningQuery,
    Watching,
)
from entrepot.screening.model.source import PartySource
from entrepot.screening.service import batches, decisions, party_lists, refreshing, screenings

_READ, _WRITE = "screening:read", "screening:write"

ROUTES = (
    # what names people is never kept for a replay: it would lie there unsealed
    Route(
        "POST", "/api/screenings", screenings.screen, takes=NewScreening, gives=Screening, status=201,
        scope=_WRITE, before=screenings.search, secret=True, limit=Limit(requests=600), deadline_s=60.0,
    ),
    Route(
        "GET", "/api/screenings", screenings.screenings, takes=ScreeningQuery, gives=Page[Screening],
        scope=_READ,
    ),
    Route(
        "POST", "/api/screening-batches", batches.screen_all, takes=NewBatch, gives=BatchReport, status=201,
        scope=_WRITE, before=batches.search_all, secret=True, limit=Limit(requests=30), deadline_s=120.0,
        max_body_bytes=8 * 1024 * 1024,
    ),
    Route("GET", "/api/screenings/{id}", screenings.one_screening, gives=Screening, scope=_READ),
    Route(
        "GET", "/api/screenings/{id}/hits", screenings.screening_hits, takes=HitsQuery, gives=Page[HitView],
        scope=_READ,
    ),
    Route(
        "PATCH", "/api/screenings/{id}", screenings.watch_screening, takes=Watching, gives=Screening,
        scope=_WRITE, secret=True,
    ),
    Route("DELETE", "/api/screenings/{id}", screenings.forget_screening, scope=_WRITE),
    Route(
        "POST", "/api/screenings/{id}/decisions", decisions.decide_hit, takes=NewDecision, gives=Screening,
        scope=_WRITE, secret=True,
    ),
    Route("GET", "/api/parties", party_lists.party_lists, gives=Page[ListVersion], scope=_READ),
    Route(
        "GET", "/api/party-sources", refreshing.party_sources, gives=Page[PartySource], scope=_READ,
    ),
    Route(
        "POST", "/api/party-sources/{name}/refresh", refreshing.ask_refresh, gives=PartySource,
        scope="rule:write", status=202,
    ),
    Route(
        "GET", "/api/party-entries", party_lists.party_entries, takes=EntryQuery, gives=Page[ListedEntry],
        scope=_READ, before=party_lists.look_up,
    ),
    Route(
        "POST", "/api/parties/import", party_lists.import_parties, takes=NewList, gives=ListReport,
        scope="rule:write", before=party_lists.prepare, max_body_bytes=64 * 1024 * 1024, deadline_s=120.0,
        limit=Limit(requests=10),
    ),
    Route(
        "GET", "/api/parties/{name}", party_lists.party_versions, takes=Cursor, gives=Page[ListVersion],
        scope=_READ,
    ),
    Route(
        "GET", "/api/parties/{name}/changes", party_lists.party_changes, takes=DiffQuery,
        gives=Page[PartyChange], scope=_READ,
    ),
    Route("DELETE", "/api/parties/{name}", party_lists.retire_parties, scope="rule:write"),
)  # fmt: skip
