"""The gateway and the node itself as a context: what operators may ask, its backups, and a journal of what
was served.
"""

from entrepot.core.context import AsSet, Context
from entrepot.core.roles import Scope
from entrepot.gateway import backups, operators
from entrepot.gateway.events import BackupFailed
from entrepot.gateway.notices import NOTICES, backup_failed

CONTEXT = Context(
    name="gateway",
    package=__package__,
    routes=(*operators.ROUTES, *backups.ROUTES),
    tidies=(backups.forget_old,),
    duties=(AsSet("backup", backups.BackupSchedule, backups.back_up),),
    stands=(backups.remember,),
    makes=(backups.BackupStatus,),
    scopes=(Scope("node:operate", "Run the node: events, dead letters, backups, keys", ("operator",)),),
    notices=NOTICES,
    announces=((BackupFailed, backup_failed),),
    measures=(backups.MEASURES,),
    runs_at=("hub", "site"),
)
