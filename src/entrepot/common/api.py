"""The common context's HTTP."""

from entrepot.common import service
from entrepot.common.model import FolderLetter
from entrepot.core.routes import Cursor, Page, Route

ROUTES = (Route("GET", "/api/mail", service.mail, takes=Cursor, gives=Page[FolderLetter], scope="mail:read"),)
