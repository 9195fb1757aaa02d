"""Opens everything that a node consists of, in the right order, and closes it again."""

import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import structlog

from entrepot import __version__
from entrepot.common.model.letter import MailFolder
from entrepot.common.model.webhook import WebhookCaller
from entrepot.core import trace
from entrepot.core.file_form import ImportedFiles
from entrepot.core.house import DevicePorts, House
from entrepot.core.notices import NoticeKinds
from entrepot.core.passwords import Passwords
from entrepot.core.personal import Holders
from entrepot.core.ports import Bus, Files, Keys, Post
from entrepot.core.publications import Publications
from entrepot.core.roles import Roles
from entrepot.core.sealing import Sealing
from entrepot.core.stopping import Stopping
from entrepot.core.streams import SteadyStream
from entrepot.core.supplies import Supplies
from entrepot.device.door.listening import Listening
from entrepot.gateway.backups import BackupKeeper, BackupSchedule
from entrepot.gateway.operators import Backups
from entrepot.http.access_log import AccessLine, AccessLog
from entrepot.http.server import ServingTimes
from entrepot.infra import logs
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.files.disk import DiskFiles
from entrepot.infra.keys.fitting import MasterKeys
from entrepot.infra.keys.local import LocalKeys
from entrepot.infra.mail.folder import FolderPost, NoFolder
from entrepot.infra.mail.smtp import SmtpPost
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.infra.mailbox.pacing import Pace
from entrepot.infra.mailbox.waiting import Wait
from entrepot.infra.providers.http import HttpProviderCaller
from entrepot.infra.webhooks.addresses import Networks
from entrepot.infra.webhooks.http import HttpCaller
from entrepot.node import preflight
from entrepot.node.archive import Archive
from entrepot.node.arrivals import Arrivals
from entrepot.node.assembly import Assembly
from entrepot.node.backups import SettingsBackups, schedule_of
from entrepot.node.device_doors import listening
from entrepot.node.hosting import Deployment, Hosted, OpenDatabase
from entrepot.node.machine import DeviceSockets, house_of
from entrepot.node.node import NodeParts
from entrepot.node.node_keys import open_keys
from entrepot.node.platform import choice
from entrepot.node.publications import fetcher_of, refresh_of
from entrepot.node.reloading import PutInForce, Reloadable, Reloads
from entrepot.node.relocation import relocate
from entrepot.screening.service.refreshing import RefreshSchedule
from entrepot.settings import BadSetting, Settings
from entrepot.user.model import provider
from entrepot.user.model.provider import Provider
from entrepot.user.service.providers import Providers
from entrepot.user.service.registration import first_secret

log = structlog.get_logger()


@asynccontextmanager
async def parts(
    settings: Settings, assembly: Assembly, *, starts_nats: bool, devices: DeviceSockets,
    arrivals: Arrivals, pace: Pace, stopping: Stopping, reloads: Reloads,
) -> AsyncIterator[NodeParts]:  # fmt: skip
    """Open everything that a node consists of, and close it at the end of the block."""
    human = logs.configure(settings.log_format, settings.log_level)
    async with AsyncExitStack() as stack:
        if settings.traces:
            _trace(settings, stack)
        await preflight.of_databases(settings, assembly)
        encryption = await choice.encryption(settings)
        if encryption is not None and not encryption.whole:
            log.warning("data.in_the_clear", message=_in_the_clear(settings))
        keys = open_keys(settings)
        deployment = _deployment(settings, keys)
        bus = await choice.bus(settings, stack, deployment=deployment.id, starts_nats=starts_nats)
        await preflight.of_node(settings, bus)
        await relocate(settings, [each.context for each in assembly])
        archive = Archive(settings.data, assembly.names, recipients=settings.backup_recipient)
        access_log = AccessLog(_lines(settings, human=human))
        times = ServingTimes(settings.header_timeout_s, settings.shutdown_s)
        reloads.add(*_reloadables(access_log, times, human=human))
        supplies = Supplies()
        _give_what_is_said(supplies, assembly)
        supplies.give(Keys, keys)  # type: ignore[type-abstract]
        supplies.give(Bus, bus)  # type: ignore[type-abstract]
        supplies.give(Files, DiskFiles(settings.data / "files"))  # type: ignore[type-abstract]
        supplies.give(Sealing, Sealing(keys))
        supplies.give(Passwords, stack.enter_context(Passwords()))
        supplies.give(House, house_of(settings))
        supplies.give(DevicePorts, DevicePorts())
        supplies.give(Backups, archive)  # type: ignore[type-abstract]
        _give_backups(supplies, settings, archive, deployment=deployment.id)
        _give_webhooks(supplies, await stack.enter_async_context(HttpCaller(_networks(settings))), reloads)
        caller = await stack.enter_async_context(HttpProviderCaller())
        supplies.give(Providers, Providers(_providers(settings), caller))
        supplies.give(Publications, fetcher_of(settings))  # type: ignore[type-abstract]
        supplies.give(RefreshSchedule, refresh_of(settings))
        _give_post(supplies, settings, key=None if encryption is None else encryption.key_for("letters"))
        reloads.add(*_arrivals_reloadable(arrivals))
        way_in = listening(settings, devices, access_log, arrivals=arrivals, times=times, stopping=stopping)
        supplies.give(Listening, way_in)
        for each in assembly:
            for maker in each.context.makes:
                supplies.make(maker)
        yield NodeParts(
            settings=settings,
            version=__version__,
            deployment=deployment,
            assembly=assembly,
            bus=bus,
            keys=keys,
            supplies=supplies,
            open_database=_covered(choice.databases(settings, stack), archive),
            access_log=access_log,
            pace=pace,
            arrivals=arrivals,
            stopping=stopping,
            reloads=reloads,
            times=times,
            last_backup_s=archive.last_at_s,
        )


def _deployment(settings: Settings, keys: LocalKeys) -> Deployment:
    wait = Wait(settings.reader_wait_events, settings.reader_wait_days)
    masters = MasterKeys(keys.master_ids, frozenset(each.lower() for each in settings.lost_master_keys))
    return Deployment(settings.deployment or keys.deployment, wait, masters)


def _give_what_is_said(supplies: Supplies, assembly: Assembly) -> None:
    """Give what follows from the tables of all contexts together."""
    supplies.give(Supplies, supplies)
    supplies.give(Roles, assembly.roles)
    supplies.give(NoticeKinds, assembly.kinds)
    supplies.give(Holders, assembly.holders)
    supplies.give(ImportedFiles, assembly.files)


def _give_backups(supplies: Supplies, settings: Settings, archive: Archive, *, deployment: str) -> None:
    schedule = schedule_of(settings)
    keeper = SettingsBackups(settings, archive, deployment=deployment, zone=schedule.zone)
    supplies.give(BackupSchedule, schedule)
    supplies.give(BackupKeeper, keeper)  # type: ignore[type-abstract]


def _reloadables(access_log: AccessLog, times: ServingTimes, *, human: bool) -> tuple[Reloadable, ...]:
    """Return what of the log and the limits of HTTP can change while the node runs."""

    def level(new: Settings) -> PutInForce:
        return lambda: logs.set_level(new.log_level)

    def lines(new: Settings) -> PutInForce:
        return lambda: access_log.write_to(_lines(new, human=human))

    def limits(new: Settings) -> PutInForce:
        return lambda: times.change(patience_s=new.header_timeout_s, shutdown_s=new.shutdown_s)

    return (
        Reloadable(("log_level",), level),
        Reloadable(("access_log",), lines),
        Reloadable(("header_timeout_s", "shutdown_s"), limits),
    )


def _arrivals_reloadable(arrivals: Arrivals) -> tuple[Reloadable, ...]:
    """Return whom the node trusts, and its certificate, whose files are read again each time."""

    def trusted(new: Settings) -> PutInForce:
        Arrivals.check_trusted(new)
        return partial(arrivals.trust, new)

    return (
        Reloadable(("trusted_proxies",), trusted),
        Reloadable((), lambda new: arrivals.reload_certificate, always=True),
    )


def _give_webhooks(supplies: Supplies, caller: HttpCaller, reloads: Reloads) -> None:
    def networks(new: Settings) -> PutInForce:
        return partial(caller.allow, _networks(new))

    reloads.add(Reloadable(("webhook_networks",), networks))
    supplies.give(WebhookCaller, caller)  # type: ignore[type-abstract]


_PLAIN_LETTERS = (
    "Letters are written in the clear into the folder that smtp names, with links that sign people in. That"
    " is for development: leave smtp empty and they are sealed, or name a mail server."
)


def _in_the_clear(settings: Settings) -> str:
    return (
        f"What {settings.data} holds stands there in the clear, or some of it. Stop the node and run:"
        f" entrepot encrypt --data {settings.data}"
    )


def _give_post(supplies: Supplies, settings: Settings, *, key: bytes | None) -> None:
    post = _post(settings, key=key)
    supplies.give(Post, post)  # type: ignore[type-abstract]
    supplies.give(MailFolder, post if isinstance(post, FolderPost) else NoFolder())  # type: ignore[type-abstract]


async def first_link(settings: Settings, hosted: Mapping[str, Hosted], *, url: str) -> str | None:
    """Return the link for the first administrator, if nobody has an account yet and this process hosts
    `user`.
    """
    if "user" not in hosted or not hosted["user"].database.writable:
        return None
    secret = await hosted["user"].database.write(first_secret)
    return None if secret is None else f"{settings.public_url.rstrip('/') or url}/first#token={secret}"


def _trace(settings: Settings, stack: AsyncExitStack) -> None:
    from entrepot.infra.traces.otlp import OtlpTracer  # 0.3 s of imports that only tracing needs

    tracer = trace.tracer = OtlpTracer(settings.traces, version=__version__)
    stack.callback(setattr, trace, "tracer", None)
    stack.callback(tracer.close)


def _covered(opener: OpenDatabase, archive: Archive) -> OpenDatabase:
    """Open databases so that every backup holds them."""

    async def open_database(name: str, outbox: Outbox) -> Migratable:
        database = await opener(name, outbox)
        archive.cover(name, database)
        return database

    return open_database


def _post(settings: Settings, *, key: bytes | None) -> Post:
    if not settings.smtp:
        return FolderPost(settings.data / "mail", key=key)
    url = urlsplit(settings.smtp)
    if url.scheme == "file":
        if url.netloc or not url.path.strip("/"):
            raise BadSetting("smtp names a folder as file:///folder, with three slashes.")
        log.warning("mail.in_the_clear", message=_PLAIN_LETTERS)
        return FolderPost(Path(unquote(url.path)))
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise BadSetting("smtp is smtp://user:password@host:port or smtps://user:password@host:port.")
    return SmtpPost(
        url.hostname,
        url.port or (465 if url.scheme == "smtps" else 587),
        username=unquote(url.username or "") or None,
        password=unquote(url.password or "") or None,
        tls="tls" if url.scheme == "smtps" else "starttls",
    )


def _networks(settings: Settings) -> Networks:
    try:
        return Networks(settings.webhook_networks)
    except ValueError as error:
        raise BadSetting(f"webhook_networks are CIDR networks, such as 10.0.0.0/8: {error}.") from error


def _lines(settings: Settings, *, human: bool) -> Callable[[list[AccessLine]], None] | None:
    return _line_writer(human=human) if settings.access_log else None


def _providers(settings: Settings) -> list[Provider]:
    return provider.read(Path(settings.sign_in_providers)) if settings.sign_in_providers else []


def _line_writer(*, human: bool) -> Callable[[list[AccessLine]], None]:
    encode = msgspec.json.Encoder().encode

    stream = SteadyStream(sys.stderr)

    def write(lines: list[AccessLine]) -> None:
        if human:
            stream.write("".join(map(_for_people, lines)))
        else:
            stream.write_bytes(b"".join(encode(line) + b"\n" for line in lines))

    return write


def _for_people(line: AccessLine) -> str:
    return f"{line.timestamp:%H:%M:%S} {line.status} {line.row:<44} {line.ms:>8.1f} ms  {line.principal}\n"
