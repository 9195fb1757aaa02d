"""What people ask about devices over HTTP; devices themselves speak at `door/`."""

from entrepot.core.routes import Route
from entrepot.device.api import devices, intake, recordings

ROUTES: tuple[Route, ...] = (*devices.ROUTES, *intake.ROUTES, *recordings.ROUTES)
