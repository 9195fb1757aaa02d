"""What the node says of itself."""

from typing import ClassVar

from entrepot.core.events import Event
from entrepot.core.time import Moment


class BackupFailed(Event, frozen=True, kw_only=True):
    """A backup that the settings ask for was tried several times and given up. The last good one, if there
    is any, ended at `last_good_at`.
    """

    TYPE: ClassVar[str] = "gateway.backup_failed"
    KEY: ClassVar[str] = "backup_id"
    backup_id: str
    reason: str
    failed_at: Moment
    last_good_at: Moment | None = None
