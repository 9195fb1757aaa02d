"""Where a device is again and again, and what it usually does. As with all positions, who looks is noted
before anything is shown.
"""

from entrepot.core.routes import Page, Route
from entrepot.tracking.model.pattern import HabitsView, KnownPlace, KnownPlacesQuery, PlaceChange
from entrepot.tracking.service import places

ROUTES = (
    Route(
        "GET", "/api/devices/{id}/known-places", places.known_places, takes=KnownPlacesQuery,
        gives=Page[KnownPlace], scope="position:read", before=places.find_places, writes=True, secret=True,
    ),
    Route(
        "PATCH", "/api/devices/{id}/places/{place_id}", places.change_place, takes=PlaceChange,
        gives=KnownPlace, scope="device:write", secret=True,
    ),
    Route(
        "GET", "/api/devices/{id}/habits", places.habits, gives=HabitsView, scope="position:read",
        before=places.find_habits, writes=True, secret=True,
    ),
)  # fmt: skip
