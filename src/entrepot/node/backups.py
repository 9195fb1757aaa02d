"""Scheduled backups, as the settings say: to a folder, to a command, or to both."""

import asyncio
from pathlib import Path

import structlog

from entrepot.core.errors import Conflict, Invalid
from entrepot.core.time import now
from entrepot.gateway.backups import BackupSchedule, MadeBackup
from entrepot.infra.backups import command, encryption, retention
from entrepot.infra.backups.folder import BackupFolder
from entrepot.infra.calendar.moments import BadCalendar, calendar_of
from entrepot.node.archive import Archive
from entrepot.settings import BadSetting, Settings

log = structlog.get_logger()


class NoDestination(Conflict):
    """The settings do not say where backups go."""

    def __init__(self) -> None:
        super().__init__("Nobody said where backups go. Set backup_to or backup_command.")


def schedule_of(settings: Settings) -> BackupSchedule:
    """Raises: BadSetting, also for whatever else a backup would stumble over when it is due."""
    _check(settings)
    if not settings.backup_every:
        return BackupSchedule()
    if not (settings.backup_to or settings.backup_command):
        raise BadSetting("backup_every says when, and nothing says where: set backup_to or backup_command.")
    try:
        return BackupSchedule(*calendar_of(settings.backup_every))
    except BadCalendar as error:
        raise BadSetting(f"backup_every cannot be {settings.backup_every!r}: {error}") from error


def _check(settings: Settings) -> None:
    try:
        retention.rule_of(settings.backup_keep)
    except Invalid as error:
        raise BadSetting(f"backup_keep: {error}.") from error
    try:
        encryption.recipients(settings.backup_recipient)
    except Invalid as error:
        raise BadSetting(f"backup_recipient: {error}") from error


class SettingsBackups:
    """Makes backups for the settings' folder and command. A backup with recipients holds the keys too, and is
    encrypted for them; without any it holds no keys, and is not.
    """

    def __init__(self, settings: Settings, archive: Archive, *, deployment: str, zone: str) -> None:
        self._archive, self._zone = archive, zone
        self._recipients = settings.backup_recipient
        self._folder = BackupFolder(Path(settings.backup_to), deployment) if settings.backup_to else None
        self._command = settings.backup_command
        self._names = self._folder or BackupFolder(settings.data, deployment)
        self._rule = retention.rule_of(settings.backup_keep)
        self._turn = asyncio.Lock()

    async def keep(self) -> MadeBackup:
        """Raises: NoDestination, Unavailable, Damaged, NotWhole."""
        async with self._turn:
            suffix = encryption.SUFFIX if self._recipients else ""
            name = await asyncio.to_thread(self._names.name, now(), suffix=suffix)
            if self._folder is not None:
                return await self._to_folder(self._folder, name)
            if not self._command:
                raise NoDestination
            with self._archive.work_folder() as work:
                return await self._hand_over(await self._make(Path(work) / name, name), name)

    async def _to_folder(self, folder: BackupFolder, name: str) -> MadeBackup:
        part = await asyncio.to_thread(folder.begin, name)
        made = await asyncio.to_thread(folder.finish, await self._make(part, name), name)
        try:
            if gone := await asyncio.to_thread(folder.prune, self._rule, zone=self._zone):
                log.info("backup.removed", names=gone)
        except OSError as error:  # the new one is there; what is too many can wait
            log.warning("backup.cannot_remove", reason=error.strerror)
        if self._command:
            return await self._hand_over(made, name)
        return self._said(made, name)

    async def _make(self, target: Path, name: str) -> Path:
        log.debug("backup.begins", name=name)
        await self._archive.make(target, with_keys=bool(self._recipients), recipients=self._recipients)
        return target

    async def _hand_over(self, archive: Path, name: str) -> MadeBackup:
        await command.hand_over(self._command, archive, name=name)
        return self._said(archive, name)

    def _said(self, archive: Path, name: str) -> MadeBackup:
        try:
            self._archive.note()
        except OSError as error:  # a full disk of the node takes nothing from a backup elsewhere
            log.warning("backup.cannot_note", reason=error.strerror)
        return MadeBackup(name, archive.stat().st_size, bool(self._recipients))
