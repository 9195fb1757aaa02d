"""Opens everything that a node consists of, in the right order, and closes it again."""

import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
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
from entrepot.core.roles import Roles
from entrepot.core.sealing import Sealing
from entrepot.core.supplies import Supplies
from entrepot.device.door.listening import Listening
from entrepot.gateway.operators import Backups
from entrepot.http.access_log import AccessLine, AccessLog
from entrepot.infra import logs
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.files.disk import DiskFiles
from entrepot.infra.mail.folder import FolderPost, NoFolder
from entrepot.infra.mail.smtp import SmtpPost
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.infra.mailbox.pacing import Pace
from entrepot.infra.mailbox.waiting import Wait
from entrepot.infra.webhooks.addresses import Networks
from entrepot.infra.webhooks.http import HttpCaller
from entrepot.node.archive import Archive
from entrepot.node.assembly import Assembly
from entrepot.node.device_doors import listening
from entrepot.node.hosting import Deployment, Hosted, OpenDatabase
from entrepot.node.machine import DeviceSockets, url_of
from entrepot.node.node import NodeParts
from entrepot.node.node_keys import open_keys
from entrepot.node.platform import choice
from entrepot.node.relocation import relocate
from entrepot.settings import BadSetting, Settings
from entrepot.user.service.registration import first_secret

log = structlog.get_logger()


@asynccontextmanager
async def parts(
    settings: Settings, assembly: Assembly, *, starts_nats: bool, devices: DeviceSockets, pace: Pace
) -> AsyncIterator[NodeParts]:
    """Open everything that a node consists of, and close it at the end of the block."""
    human = logs.configure(settings.log_format, settings.log_level)
    async with AsyncExitStack() as stack:
        if settings.traces:
            _trace(settings, stack)
        encryption = await choice.encryption(settings)
        if encryption is not None and not encryption.on:
            log.warning("data.in_the_clear", message=_in_the_clear(settings))
        await relocate(settings, [each.context for each in assembly])
        keys = open_keys(settings)
        wait = Wait(settings.reader_wait_events, settings.reader_wait_days)
        deployment = Deployment(settings.deployment or keys.deployment, wait)
        bus = await choice.bus(settings, stack, deployment=deployment.id, starts_nats=starts_nats)
        archive = Archive(settings.data, assembly.names)
        access_log = AccessLog(_line_writer(human=human) if settings.access_log else None)
        supplies = Supplies()
        _give_what_is_said(supplies, assembly)
        supplies.give(Keys, keys)  # type: ignore[type-abstract]
        supplies.give(Bus, bus)  # type: ignore[type-abstract]
        supplies.give(Files, DiskFiles(settings.data / "files"))  # type: ignore[type-abstract]
        supplies.give(Sealing, Sealing(keys))
        supplies.give(Passwords, stack.enter_context(Passwords()))
        supplies.give(House, _house(settings))
        supplies.give(DevicePorts, DevicePorts())
        supplies.give(Backups, archive)  # type: ignore[type-abstract]
        supplies.give(WebhookCaller, await stack.enter_async_context(HttpCaller(_networks(settings))))  # type: ignore[type-abstract]
        _give_post(supplies, settings, key=None if encryption is None else encryption.key_for("letters"))
        supplies.give(Listening, listening(settings, devices, access_log))
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
            open_database=_covered(choice.databases(settings), archive),
            access_log=access_log,
            pace=pace,
        )


def _give_what_is_said(supplies: Supplies, assembly: Assembly) -> None:
    """Give what follows from the tables of all contexts together."""
    supplies.give(Supplies, supplies)
    supplies.give(Roles, assembly.roles)
    supplies.give(NoticeKinds, assembly.kinds)
    supplies.give(Holders, assembly.holders)
    supplies.give(ImportedFiles, assembly.files)


def _in_the_clear(settings: Settings) -> str:
    return (
        f"What {settings.data} holds stands there in the clear, as it was made. Stop the node and run:"
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


def _house(settings: Settings) -> House:
    url = settings.public_url or url_of(settings.host, settings.port)
    return House(settings.issuer, url.rstrip("/"), settings.mail_from)


def _post(settings: Settings, *, key: bytes | None) -> Post:
    if not settings.smtp:
        return FolderPost(settings.data / "mail", key=key)
    url = urlsplit(settings.smtp)
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


def _line_writer(*, human: bool) -> Callable[[list[AccessLine]], None]:
    encode = msgspec.json.Encoder().encode

    def write(lines: list[AccessLine]) -> None:
        if human:
            sys.stderr.write("".join(map(_for_people, lines)))
        else:
            sys.stderr.buffer.write(b"".join(encode(line) + b"\n" for line in lines))
        sys.stderr.flush()

    return write


def _for_people(line: AccessLine) -> str:
    return f"{line.timestamp:%H:%M:%S} {line.status} {line.row:<44} {line.ms:>8.1f} ms  {line.principal}\n"
