"""What operators are told of the node."""

from entrepot.core.notices import News, NoticeKind, named
from entrepot.gateway.events import BackupFailed

_BACKUP_FAILED = "node.backup_failed"

NOTICES = (
    NoticeKind(
        name=_BACKUP_FAILED, about="A scheduled backup failed, also when it was tried again.",
        scope="node:operate", severity="critical", subject="The backup of {time} failed",
        text="{reason} The last good backup: {last_good}. Older ones were kept.",
        terms={"reason": named("reason", "The log says why."), "last_good": named("last_good", "none")},
        sample={"reason": "The backup cannot be written to /backups: No space left on device.",
                "last_good": "2025-11-01 03:00 UTC"},
    ),
)  # fmt: skip


def backup_failed(event: BackupFailed) -> News:
    last_good = f"{event.last_good_at:%Y-%m-%d %H:%M} UTC" if event.last_good_at else "none"
    return News(
        kind=_BACKUP_FAILED,
        key=f"{_BACKUP_FAILED}:{event.backup_id}",
        subject=event.backup_id,
        facts={"reason": event.reason, "last_good": last_good},
    )
