"""The rule context's HTTP."""

from entrepot.core.routes import Route

ROUTES: tuple[Route, ...] = ()
