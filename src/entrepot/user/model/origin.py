"""When, from where and with what something was asked, in words for a letter. Nothing that the caller wrote
goes into it: a program may call itself anything, an advertisement included.
"""

import ipaddress
import re
from datetime import datetime

from entrepot.core.routes import Caller

# The order matters: most browsers also name those that they imitate.
_BROWSERS = (
    (r"Edg(A|iOS)?/", "Edge"), (r"OPR/", "Opera"), (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrom(e|ium)/|CriOS/", "Chrome"), (r"Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    (r"iPhone|iPad", "iOS"), (r"Android", "Android"), (r"Windows", "Windows"), (r"Mac OS X", "macOS"),
    (r"CrOS", "ChromeOS"), (r"Linux", "Linux"),
)  # fmt: skip


def in_words(caller: Caller, *, at: datetime) -> str:
    """Return such as `on 30 November 2026 at 06:15 UTC, from 203.0.113.7, with Firefox on Linux`."""
    return f"on {at.day} {at:%B %Y at %H:%M} UTC, from {_network(caller)}, with {_program(caller.agent)}"


def _network(caller: Caller) -> str:
    try:
        return str(ipaddress.ip_address(caller.address))
    except ValueError:
        return "an unknown network address"


def _program(agent: str) -> str:
    browser, system = (
        next((name for pattern, name in names if re.search(pattern, agent)), "")
        for names in (_BROWSERS, _SYSTEMS)
    )
    return f"{browser} on {system}" if browser and system else browser or "an unknown program"
