"""Devices, and where they are now. That is shown only after it is noted who looks: such rows write, and their
answers are never kept. What is done with devices, `device` has.
"""

from entrepot.core.routes import Page, Route
from entrepot.tracking.model.enrolment import DeviceQuery
from entrepot.tracking.model.latest import DeviceNow
from entrepot.tracking.model.look import Look, LookQuery
from entrepot.tracking.service import audit, latest

ROUTES = (
    Route(
        "GET", "/api/devices", latest.devices, takes=DeviceQuery, gives=Page[DeviceNow], scope="device:read",
        before=latest.find_devices, writes=True, secret=True,
    ),
    Route(
        "GET", "/api/devices/{id}", latest.device, gives=DeviceNow, scope="device:read",
        before=latest.find_device, writes=True, secret=True,
    ),
    Route(
        "GET", "/api/devices/{id}/reads", audit.reads, takes=LookQuery, gives=Page[Look], scope="device:read",
    ),
)  # fmt: skip
