"""Alerts become notices. Each context says the kinds of its own facts (`alert.enter`); what has none yet is
told in the words of `alert.*`.
"""

from entrepot.alert.events import AlertRaised, AlertWithdrawn
from entrepot.core.notices import News, NoticeKind, Recall, at_place, named

NOTICES = (
    NoticeKind(
        name="alert.*", about="Another alert.", scope="alert:read", severity="warning",
        subject="{device}: {kind}", text="{device}: {kind}, at {place} on {time}.",
        terms={"device": named("device_name", "Something"), "place": at_place},
        sample={"device_name": "Van 3", "latitude": 52.52, "longitude": 13.405}, page="/alerts",
    ),
)  # fmt: skip


def alert_raised(event: AlertRaised) -> News:
    return News(
        kind=f"alert.{event.kind}",
        key=event.alert_id,
        organisation=event.organisation,
        subject=event.device_id,
        place=event.geofence_id,
        occurred_at=event.occurred_at,
        facts={
            "alert_id": event.alert_id,
            "device_id": event.device_id,
            "device_name": event.device_name,
            "geofence_id": event.geofence_id,
            "geofence_name": event.geofence_name,
            "latitude": event.latitude,
            "longitude": event.longitude,
            "value": event.value,
        },
        late=event.late,
        simulated=event.simulated,
        only_for=event.only_for,
    )


def alert_withdrawn(event: AlertWithdrawn) -> Recall:
    return Recall(event.alert_id, event.organisation)
