"""Recorded tracks, brought into the history of a device."""

from entrepot.core.routes import Limit, Page, Route
from entrepot.device.model.recording import NewRecording, Recording, RecordingPart, RecordingsQuery
from entrepot.device.service import recordings

_BODY = 1024 * 1024  # a part in base64, and its frame

ROUTES = (
    Route(
        "POST", "/api/devices/{id}/recordings", recordings.bring, takes=NewRecording, gives=Recording,
        status=201, scope="device:write", max_body_bytes=_BODY, limit=Limit(requests=120),
    ),
    Route(
        "GET", "/api/devices/{id}/recordings", recordings.recordings, takes=RecordingsQuery,
        gives=Page[Recording], scope="device:write",
    ),
    Route(
        "POST", "/api/recordings/{id}/parts", recordings.add_part, takes=RecordingPart, gives=Recording,
        scope="device:write", max_body_bytes=_BODY, deadline_s=60.0, limit=Limit(requests=6_000),
    ),
    Route("GET", "/api/recordings/{id}", recordings.one_recording, gives=Recording, scope="device:write"),
    Route("DELETE", "/api/recordings/{id}", recordings.give_up, scope="device:write"),
)  # fmt: skip
