"""The mailbox: what a context commits reaches every context that hears it, once and in order, whatever
dies on the way. Each outbox is a numbered log, and each reader keeps a watermark beside its effects.
"""

from importlib.resources import files

from entrepot.infra.mailbox.hearing import EventHandler, Hearing
from entrepot.infra.mailbox.inbox import Inbox, InboxStatus
from entrepot.infra.mailbox.outbox import Outbox, new_epoch
from entrepot.infra.mailbox.pacing import PACE, Backoff, Pace
from entrepot.infra.mailbox.readers import add_reader, remove_reader
from entrepot.infra.mailbox.relay import Relay, RelayStatus
from entrepot.infra.mailbox.waiting import Wait

SCHEMA = files(__name__) / "schema"

__all__ = [
    "PACE",
    "SCHEMA",
    "Backoff",
    "EventHandler",
    "Hearing",
    "Inbox",
    "InboxStatus",
    "Outbox",
    "Pace",
    "Relay",
    "RelayStatus",
    "Wait",
    "add_reader",
    "new_epoch",
    "remove_reader",
]
