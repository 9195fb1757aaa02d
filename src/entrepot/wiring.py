"""THE page: which contexts there are, and which platforms a node can stand on.

A new context is one folder with a `context.py` (see `core/context.py`), and one line here.
"""

from entrepot.alert.context import CONTEXT as ALERT
from entrepot.common.context import CONTEXT as COMMON
from entrepot.core.context import Context
from entrepot.device.context import CONTEXT as DEVICE
from entrepot.gateway.context import CONTEXT as GATEWAY
from entrepot.monitor.context import CONTEXT as MONITOR
from entrepot.rule.context import CONTEXT as RULE
from entrepot.screening.context import CONTEXT as SCREENING
from entrepot.tracking.context import CONTEXT as TRACKING
from entrepot.user.context import CONTEXT as USER

CONTEXTS: tuple[Context, ...] = (
    USER,
    MONITOR,
    COMMON,
    DEVICE,
    TRACKING,
    ALERT,
    RULE,
    SCREENING,
    GATEWAY,
)

# What stands behind the ports: each module opens databases and a bus in its own way, where the settings ask
# for it. The last one asks for nothing.
PLATFORMS: tuple[str, ...] = (
    "entrepot.node.platform.cluster",
    "entrepot.node.platform.embedded",
)
