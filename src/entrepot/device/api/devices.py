"""Devices, what is asked of them, and what their people want. What they are shown with, and where they are,
`tracking` tells: an answer waits until it knows.
"""

from entrepot.core.routes import Route
from entrepot.device.model.command import Commanded, NewCommand
from entrepot.device.model.enrolment import DeviceChange, NewDevice, Removal
from entrepot.device.model.preferences import Preferences, PreferencesView
from entrepot.device.service import commands, enrolment, preferences
from entrepot.device.service.enrolment import DeviceWithSecret, PayloadKey
from entrepot.tracking.model.enrolment import DeviceView

ROUTES = (
    Route(
        "POST", "/api/devices", enrolment.enrol, takes=NewDevice, gives=DeviceWithSecret, status=201,
        scope="device:write", secret=True, settles=True,
    ),
    Route(
        "PATCH", "/api/devices/{id}", enrolment.change_device, takes=DeviceChange, gives=DeviceView,
        scope="device:write", settles=True,
    ),
    Route(
        "DELETE", "/api/devices/{id}", enrolment.revoke_device, takes=Removal, scope="device:write",
        settles=True,
    ),
    Route(
        "POST", "/api/devices/{id}/password", enrolment.renew_password, gives=DeviceWithSecret,
        scope="device:write", secret=True, settles=True,
    ),
    Route(
        "POST", "/api/devices/{id}/payload-key", enrolment.make_payload_key, gives=PayloadKey,
        scope="device:write", secret=True, settles=True,
    ),
    Route(
        "DELETE", "/api/devices/{id}/payload-key", enrolment.drop_payload_key, scope="device:write",
        settles=True,
    ),
    Route(
        "POST", "/api/devices/{id}/commands", commands.command_device, takes=NewCommand, gives=Commanded,
        status=202, scope="device:write",
    ),
    Route(
        "GET", "/api/devices/{id}/preferences", preferences.preferences, gives=PreferencesView,
        scope="device:read",
    ),
    Route(
        "PUT", "/api/devices/{id}/preferences", preferences.set_preferences, takes=Preferences,
        gives=PreferencesView, scope="device:write", settles=True,
    ),
)  # fmt: skip
