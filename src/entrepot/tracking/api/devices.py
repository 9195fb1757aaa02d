"""Devices, what is asked of them, and what their people want. Where a device is, is shown only after it is
noted who looks: such rows write, and their answers are never kept.
"""

from entrepot.core.routes import Page, Route
from entrepot.tracking.model.command import Commanded, NewCommand
from entrepot.tracking.model.enrolment import (
    DeviceChange,
    DeviceQuery,
    DeviceView,
    NewDevice,
    Removal,
)
from entrepot.tracking.model.latest import DeviceNow
from entrepot.tracking.model.look import Look, LookQuery
from entrepot.tracking.model.preferences import Preferences, PreferencesView
from entrepot.tracking.service import audit, commands, devices, latest, preferences
from entrepot.tracking.service.devices import DeviceWithSecret, PayloadKey

ROUTES = (
    Route(
        "GET", "/api/devices", latest.devices, takes=DeviceQuery, gives=Page[DeviceNow], scope="device:read",
        before=latest.find_devices, writes=True, secret=True,
    ),
    Route(
        "POST", "/api/devices", devices.enrol, takes=NewDevice, gives=DeviceWithSecret, status=201,
        scope="device:write", secret=True,
    ),
    Route(
        "GET", "/api/devices/{id}", latest.device, gives=DeviceNow, scope="device:read",
        before=latest.find_device, writes=True, secret=True,
    ),
    Route(
        "PATCH", "/api/devices/{id}", devices.change_device, takes=DeviceChange, gives=DeviceView,
        scope="device:write",
    ),
    Route("DELETE", "/api/devices/{id}", devices.revoke_device, takes=Removal, scope="device:write"),
    Route(
        "POST", "/api/devices/{id}/password", devices.renew_password, gives=DeviceWithSecret,
        scope="device:write", secret=True,
    ),
    Route(
        "POST", "/api/devices/{id}/payload-key", devices.make_payload_key, gives=PayloadKey,
        scope="device:write", secret=True,
    ),
    Route("DELETE", "/api/devices/{id}/payload-key", devices.drop_payload_key, scope="device:write"),
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
        gives=PreferencesView, scope="device:write",
    ),
    Route(
        "GET", "/api/devices/{id}/reads", audit.reads, takes=LookQuery, gives=Page[Look], scope="device:read",
    ),
)  # fmt: skip
