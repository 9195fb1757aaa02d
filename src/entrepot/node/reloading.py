"""SIGHUP: reads the settings anew and puts in force what can change while a node runs. It never ends the
node: settings that make no sense change nothing (https://github.com/cloudamqp/lavinmq/issues/2080 is a broker
that died of them).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from time import time
from typing import Any

import structlog

from entrepot.core.errors import Error
from entrepot.settings import Settings

log = structlog.get_logger()

PutInForce = Callable[[], None]


@dataclass(frozen=True)
class Reloadable:
    """Something that can be renewed: `prepare` looks at new settings and returns what puts them in force, or
    raises an `Error` that says what is wrong with them. It is asked when one of its `settings` changed, or at
    every reload if `always`, because what it reads stands in files of its own.
    """

    settings: tuple[str, ...]
    prepare: Callable[[Settings], PutInForce]
    always: bool = False


class Reloads:
    """All reloadables of a process, and the settings in force now: what does not copy them asks here."""

    def __init__(self, settings: Settings, read: Callable[[], Settings] | None = None) -> None:
        self.now = settings
        self._read = read
        self._reloadables: list[Reloadable] = []
        self.last_worked = True
        self.last_at_s = time()

    def add(self, *reloadables: Reloadable) -> None:
        self._reloadables += reloadables

    def reload(self) -> None:
        """Say what changed, what waits for the next start, and what is wrong."""
        self.last_worked = False
        if self._read is None:
            log.warning("settings.not_reloaded", reason="Nobody can read them anew in this process.")
            return
        try:
            new = self._read()
            changed = _changed(self.now, new)
            asked = [
                each for each in self._reloadables if each.always or not changed.isdisjoint(each.settings)
            ]
            steps = [each.prepare(new) for each in asked]
        except Error as error:
            log.error("settings.refused", reason=str(error))
            return
        except Exception:  # a door: whatever an operator wrote, the node goes on
            log.exception("settings.not_reloaded")
            return
        for step in steps:
            step()
        self._adopt(new, changed)

    def _adopt(self, new: Settings, changed: set[str]) -> None:
        able = {name for each in self._reloadables for name in each.settings} | set(ASKED_WHEN_NEEDED)
        in_force = sorted(changed & able)
        self.now = replace(self.now, **{name: _value(new, name) for name in in_force})
        self.last_worked, self.last_at_s = True, time()
        log.info("settings.reloaded", changed=in_force)
        if waiting := sorted(changed - able):
            log.warning("settings.need_a_restart", settings=waiting)


# Settings of which nobody keeps a copy: whoever needs them asks `Reloads.now`.
ASKED_WHEN_NEEDED: Sequence[str] = ("disk_floor_mb", "drain_s")


def _changed(old: Settings, new: Settings) -> set[str]:
    return {each.name for each in fields(Settings) if _value(old, each.name) != _value(new, each.name)}


def _value(settings: Settings, name: str) -> Any:
    return getattr(settings, name)
