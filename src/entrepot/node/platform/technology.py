"""Which technology stands behind each port of a node: opened in the right order, and closed again."""

import base64
import binascii
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from entrepot import __version__, wiring
from entrepot.common.model.letter import MailFolder
from entrepot.common.model.webhook import WebhookCaller
from entrepot.core import trace
from entrepot.core.errors import Conflict, Unavailable
from entrepot.core.house import DevicePorts, House
from entrepot.core.passwords import Passwords
from entrepot.core.ports import Bus, Files, Keys, Post
from entrepot.core.sealing import Sealing
from entrepot.device.door import http as web
from entrepot.device.door.admission import Admission
from entrepot.device.door.bridge import Remote
from entrepot.device.door.listening import Listening
from entrepot.device.service.commands import Commands
from entrepot.device.service.intake import Intake
from entrepot.device.service.roster import Roster
from entrepot.gateway.operators import Backups
from entrepot.http.access_log import AccessLog, Line
from entrepot.http.mounts import Logged
from entrepot.http.server import serving
from entrepot.infra import logs
from entrepot.infra.bus.nats import NatsBus
from entrepot.infra.bus.server import NatsServer
from entrepot.infra.database import backup_postgres
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.files.disk import DiskFiles
from entrepot.infra.keys.local import LocalKeys
from entrepot.infra.mail.folder import FolderPost, NoFolder
from entrepot.infra.mail.smtp import SmtpPost
from entrepot.infra.mailbox import Wait
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.infra.webhooks.addresses import Networks
from entrepot.infra.webhooks.http import HttpCaller
from entrepot.node import archive as archive_
from entrepot.node.archive import Archive
from entrepot.node.hosting import (
    Context,
    Deployment,
    Hosted,
    OpenDatabase,
    bring_up_to_date,
)
from entrepot.node.machine import DeviceSockets, url_of
from entrepot.node.node import Parts
from entrepot.rule.service.library import Library
from entrepot.settings import BadSetting, Settings
from entrepot.tracking.service.broadcaster import Broadcaster
from entrepot.user.model.privacy import Holders
from entrepot.user.service.registration import first_secret


def open_keys(settings: Settings) -> LocalKeys:
    """The node's keys. Raises: BadSetting; the keys' own refusals."""
    master = _master_key(settings.master_key) if settings.master_key else None
    retired = [_master_key(text) for text in settings.retired_master_keys]
    return LocalKeys.open(settings.data / "keys", master=master, retired=retired)


@asynccontextmanager
async def parts(
    settings: Settings, described: Sequence[Context], *, starts_nats: bool, devices: DeviceSockets
) -> AsyncIterator[Parts]:
    """Everything a node is made of, started, and stopped again in the right order."""
    human = logs.configure(settings.log_format, settings.log_level)
    async with AsyncExitStack() as stack:
        if settings.traces:
            _trace(settings, stack)
        keys = open_keys(settings)
        wait = Wait(settings.reader_wait_events, settings.reader_wait_days)
        deployment = Deployment(settings.deployment or keys.deployment, wait)
        bus = await _bus(settings, stack, deployment=deployment.id, starts_nats=starts_nats)
        archive = Archive(settings.data, [context.name for context in described])
        post = _post(settings)
        access_log = AccessLog(_line_writer(human=human) if settings.access_log else None)
        intake = Intake(Roster())
        edge_parts, doors = _edge(settings, devices, access_log, intake)
        supplies: dict[type, object] = {
            Keys: keys,
            Bus: bus,
            Files: DiskFiles(settings.data / "files"),
            Post: post,
            WebhookCaller: await stack.enter_async_context(HttpCaller(_networks(settings))),
            MailFolder: post if isinstance(post, FolderPost) else NoFolder(),
            Sealing: Sealing(keys),
            Passwords: stack.enter_context(Passwords()),
            House: _house(settings),
            Broadcaster: Broadcaster(bus),
            DevicePorts: DevicePorts(),
            **edge_parts,
            Holders: wiring.HOLDERS,
            Library: Library(keys),
            Backups: archive,
        }
        yield Parts(
            settings=settings,
            version=__version__,
            deployment=deployment,
            contexts=described,
            bus=bus,
            keys=keys,
            supplies=supplies,
            open_database=_covered(_opener(settings), archive),
            recognise=wiring.recognise,
            served=wiring.served_requests,
            forgets=wiring.FORGETS,
            access_log=access_log,
            mounts=dict.fromkeys(web.PATHS, doors),
            gauges=intake.gauges,
        )


async def first_link(settings: Settings, hosted: Mapping[str, Hosted], *, url: str) -> str | None:
    """Where the first administrator begins, while there is nobody and this process can tell."""
    if "user" not in hosted or not hosted["user"].database.writable:
        return None
    secret = await hosted["user"].database.write(first_secret)
    return None if secret is None else f"{settings.public_url.rstrip('/') or url}/first#token={secret}"


def _edge(
    settings: Settings, devices: DeviceSockets, access_log: AccessLog, intake: Intake
) -> tuple[dict[type, object], Logged]:
    """What the edge is made of, and its doors, which the gateway opens too."""
    commands, admission = Commands(), Admission(intake.roster)
    doors = Logged(web.Doors(intake, admission, commands), access_log, paths=web.OWN_PATHS)
    patience_s, shutdown_s = settings.header_timeout_s, settings.shutdown_s
    serve = partial(serving, doors, patience_s=patience_s, shutdown_s=shutdown_s)
    supplies: dict[type, object] = {
        Roster: intake.roster,
        Commands: commands,
        Intake: intake,
        Admission: admission,
        Listening: Listening(
            devices.take, serve, remote=_broker(settings), tls=settings.mqtt_broker.startswith("mqtts:")
        ),
    }
    return supplies, doors


def _broker(settings: Settings) -> Remote | None:
    """An operator's own broker in front of ours. Raises: BadSetting."""
    if not settings.mqtt_broker:
        return None
    try:
        url = urlsplit(settings.mqtt_broker)
        port = url.port
    except ValueError:
        port, url = None, urlsplit("")
    if not url.hostname:
        raise BadSetting("mqtt_broker is mqtt://user:password@host:port, or mqtts://.")
    return Remote(
        host=url.hostname,
        port=port or (8883 if url.scheme == "mqtts" else 1883),
        filters=settings.mqtt_broker_topics,
        client_id=f"entrepot-{settings.issuer}",
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password).encode() if url.password else None,
    )


def _trace(settings: Settings, stack: AsyncExitStack) -> None:
    from entrepot.infra.traces.otlp import OtlpTracer  # 0.3 s of imports that only tracing needs

    tracer = trace.tracer = OtlpTracer(settings.traces, version=__version__)
    stack.callback(setattr, trace, "tracer", None)
    stack.callback(tracer.close)


async def _bus(settings: Settings, stack: AsyncExitStack, *, deployment: str, starts_nats: bool) -> Bus:
    """The operator's NATS if there is one; otherwise our own child, or that of the node beside us."""
    folder, token, url = settings.data / "nats", None, settings.nats
    if not url and starts_nats:
        server = NatsServer(folder)
        address = await server.start()
        stack.push_async_callback(server.stop)
        url, token = address.url, address.token
    elif not url:
        address = NatsServer.address(folder)
        url, token = address.url, address.token
    try:
        bus = await NatsBus.connect(url, deployment=deployment, token=token, name="entrepot")
    except Unavailable as error:
        raise Unavailable(f"No NATS server takes us in at {_place(url)}. See the setting `nats`.") from error
    stack.push_async_callback(bus.close)
    return bus


def _place(url: str) -> str:
    """Host and port, without the secrets that a URL may hold."""
    return ", ".join(urlsplit(each).netloc.rpartition("@")[2] for each in url.split(","))


def _opener(settings: Settings) -> OpenDatabase:
    async def postgres(name: str, outbox: Outbox) -> Migratable:
        try:
            return await Postgres.open(settings.database, name, closing=outbox)
        except Unavailable as error:
            place = _place(settings.database)
            raise Unavailable(
                f"PostgreSQL does not answer at {place}. See the setting `database`."
            ) from error

    async def sqlite(name: str, outbox: Outbox) -> Migratable:
        return SQLite.open(settings.data / f"{name}.sqlite", closing=outbox)

    return postgres if settings.database else sqlite


def _covered(opener: OpenDatabase, archive: Archive) -> OpenDatabase:
    """Databases that every backup holds."""

    async def open_database(name: str, outbox: Outbox) -> Migratable:
        database = await opener(name, outbox)
        archive.cover(name, database)
        return database

    return open_database


@asynccontextmanager
async def _databases(settings: Settings) -> AsyncIterator[dict[str, Migratable]]:
    """Every context's database, brought up to date, without a node."""
    logs.configure(settings.log_format, settings.log_level)
    opener = _opener(settings)
    async with AsyncExitStack() as stack:
        found: dict[str, Migratable] = {}
        for context in wiring.contexts():
            database = await opener(context.name, Outbox(context.name))
            stack.push_async_callback(database.close)
            await bring_up_to_date(context, database)
            found[context.name] = database
        yield found


async def migrate_all(settings: Settings) -> list[str]:
    """Bring every database up to date; which there are. Raises: Refused, Unavailable."""
    async with _databases(settings) as databases:
        return [f"{name}: up to date" for name in databases]


async def restore(settings: Settings, unpacked: Path, *, aside: Path | None) -> None:
    """Put an unpacked backup into place; see `archive`."""
    if not settings.database:
        await archive_.restore_sqlite(settings.data, unpacked, aside=aside)
    elif aside is None:
        raise Conflict("A restore into PostgreSQL replaces what is there. Use --replace.")
    async with _databases(settings) as databases:
        if settings.database:
            schemas = {name: each for name, each in databases.items() if isinstance(each, Postgres)}
            await backup_postgres.load(schemas, unpacked / "databases")
            archive_.restore_beside(settings.data, unpacked, aside=aside)
        for database in databases.values():
            await archive_.begin_anew(database)


def _house(settings: Settings) -> House:
    url = settings.public_url or url_of(settings.host, settings.port)
    return House(settings.issuer, url.rstrip("/"), settings.mail_from)


def _post(settings: Settings) -> Post:
    if not settings.smtp:
        return FolderPost(settings.data / "mail")
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


_MASTER_KEYS = "master_key is 32 bytes in base64, and so is each of retired_master_keys"


def _master_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadSetting(f"{_MASTER_KEYS}; one is not base64.") from error
    if len(key) != 32:
        raise BadSetting(f"{_MASTER_KEYS}; one has {len(key)} bytes.")
    return key


def _line_writer(*, human: bool) -> Callable[[list[Line]], None]:
    encode = msgspec.json.Encoder().encode

    def write(lines: list[Line]) -> None:
        if human:
            sys.stderr.write("".join(map(_for_people, lines)))
        else:
            sys.stderr.buffer.write(b"".join(encode(line) + b"\n" for line in lines))
        sys.stderr.flush()

    return write


def _for_people(line: Line) -> str:
    return f"{line.timestamp:%H:%M:%S} {line.status} {line.row:<44} {line.ms:>8.1f} ms  {line.principal}\n"
