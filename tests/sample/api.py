"""The sample context's HTTP: a row of every kind."""

from tests.sample import service
from tests.sample.model import Change, Named, Nap, NewNote, Note, Number, Numbers, Until, Wanted

from entrepot.core.routes import File, Limit, Page, Route, Stream

READ, WRITE = "sample:read", "sample:write"
_OFTEN = Limit(requests=100_000, window_s=60.0)

ROUTES = (
    Route(
        "POST", "/api/notes", service.write, takes=NewNote, gives=Note, status=201, scope=WRITE, limit=_OFTEN
    ),
    Route("GET", "/api/notes", service.notes, takes=Wanted, gives=Page[Note], scope=READ, limit=_OFTEN),
    Route("GET", "/api/notes/{id}", service.note, gives=Note, scope=READ, limit=_OFTEN),
    Route("PATCH", "/api/notes/{id}", service.retitle, takes=Change, gives=Note, scope=WRITE),
    Route("DELETE", "/api/notes/{id}", service.discard, scope=WRITE),
    Route("GET", "/api/naps", service.nap, takes=Nap, gives=Named, scope=READ, limit=_OFTEN, deadline_s=2.0),
    Route(
        "POST", "/api/slow-notes", service.write_slowly, takes=NewNote, gives=Note, scope=WRITE,
        deadline_s=0.3,
    ),
    Route("GET", "/api/crash", service.crash, scope=READ),
    Route("POST", "/api/crash", service.crash_writing, takes=NewNote, gives=Note, scope=WRITE),
    Route("GET", "/api/count", service.count, takes=Until, gives=Stream[Number], scope=READ),
    Route("GET", "/api/live-count", service.live, gives=Stream[Number], scope=READ),
    Route("GET", "/api/files/{id}", service.export, gives=File, scope=READ),
    Route(
        "PUT", "/api/upload", service.upload, takes=bytes, gives=Number, scope=WRITE, deadline_s=2.0,
        max_body_bytes=1 << 20,
    ),
    Route(
        "POST", "/api/sums", service.add_up, takes=Numbers, gives=Number, scope=READ, writes=False,
        max_body_bytes=8 << 20,
    ),
    Route("GET", "/api/rare", service.rare, gives=Named, scope=READ, limit=Limit(requests=3, window_s=60.0)),
    Route(
        "GET", "/api/public", service.public, gives=Named, public=True,
        limit=Limit(requests=5, window_s=60.0),
    ),
    Route("GET", "/api/who", service.who_am_i, gives=Named, scope=READ, limit=_OFTEN),
    Route("GET", "/api/internal", service.internal, gives=Named, internal=True),
)  # fmt: skip
