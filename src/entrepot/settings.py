"""Every setting of a node, read once: option before `ENTREPOT_…` variable before TOML file before
default. `entrepot settings` prints them with their unit and source. A secret may stand in a file of its own,
which `ENTREPOT_…_FILE` names, as Docker and Kubernetes hand them over.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from entrepot.core.errors import Invalid

PREFIX = "ENTREPOT_"
DEFAULT_FILE = Path("entrepot.toml")
_SECRETS = "file of a secret"  # a source of settings
_IN_FILE = "_FILE"  # as the images of PostgreSQL and others call it
_MAX_SECRET_BYTES = 64 * 1024  # a hundred master keys; whoever names a disk image by mistake is told so


class BadSetting(Invalid):
    """A setting that is unknown, or has a value that does not fit."""


def _setting(
    default: Any,
    about: str,
    *,
    unit: str = "",
    secret: bool = False,
    schemes: tuple[str, ...] = (),
    between: tuple[float, float] = (0, 86_400),
) -> Any:
    return field(
        default=default,
        metadata={"about": about, "unit": unit, "secret": secret, "schemes": schemes, "between": between},
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """One node's settings."""

    host: str = _setting("127.0.0.1", "Address to listen on; 0.0.0.0 lets other machines in.")
    port: int = _setting(8080, "Port of the console and the API.", unit="TCP port", between=(0, 65535))
    osmand_port: int | None = _setting(
        5055, "Port where Traccar Client, OsmAnd and OwnTracks send positions over HTTP; off for none.",
        unit="TCP port", between=(0, 65535),
    )  # fmt: skip
    device_ports: tuple[str, ...] = _setting(
        (), "Ports of other device families that have one of their own, as family=port or family=off.",
    )  # fmt: skip
    mqtt_port: int | None = _setting(
        1883, "Port where devices send positions over MQTT; off for none.",
        unit="TCP port", between=(0, 65535),
    )  # fmt: skip
    mqtt_connections_per_address: int = _setting(
        2_000, "MQTT connections that one address may hold; phones share one of their mobile network, and all"
        " that come through one proxy share the proxy's.",
        unit="connections", between=(1, 1_000_000),
    )  # fmt: skip
    mqtts_port: int | None = _setting(
        8883, "Port where devices send over MQTT with TLS, if there is a tls_certificate; off for none.",
        unit="TCP port", between=(0, 65535),
    )  # fmt: skip
    mqtt_broker: str = _setting(
        "", "MQTT broker of your own in front of the node: mqtt://user:password@host:port, or mqtts://.",
        unit="URL", secret=True, schemes=("mqtt", "mqtts"),
    )  # fmt: skip
    mqtt_broker_topics: tuple[str, ...] = _setting(
        ("owntracks/#", "v1/devices/+/telemetry"), "What to subscribe to at that broker.",
        unit="topic filters",
    )  # fmt: skip
    tls_certificate: str = _setting(
        "", "Certificate and its chain in PEM form: the node speaks TLS, and reads it again when it changes.",
        unit="file",
    )  # fmt: skip
    tls_key: str = _setting(
        "", "Key of that certificate in PEM form; empty: it is in the same file.", unit="file"
    )
    device_tls: Literal["off", "allowed", "required"] = _setting(
        "allowed",
        "Whether the ports of device families speak TLS, with a tls_certificate; allowed: plain HTTP, too.",
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (), "Proxies in front of the node whose word on their callers is taken: 10.0.0.0/8.", unit="CIDR"
    )
    forwarded_by: Literal["x-forwarded-for", "forwarded"] = _setting(
        "x-forwarded-for", "The header in which those proxies name their callers; the other one is ignored."
    )
    proxy_protocol: tuple[str, ...] = _setting(
        (), "Ports where trusted proxies announce each connection by the PROXY protocol: http, mqtt, mqtts,"
        " or a family such as osmand.",
        unit="names",
    )  # fmt: skip
    operators_port: int | None = _setting(
        None, "Port that alone has /metrics, /readyz, /docs and /openapi.json, beside all that the public one"
        " has; off: they are public.",
        unit="TCP port", between=(0, 65535),
    )  # fmt: skip
    operators_host: str = _setting("127.0.0.1", "Address where operators_port listens.")
    public_url: str = _setting(
        "", "Where people reach this node, for links in letters; https makes cookies secure.", unit="URL"
    )
    data: Path = _setting(Path("var"), "Folder of everything that the node keeps.", unit="folder")
    contexts: tuple[str, ...] = _setting((), "Contexts this process hosts; empty means all.", unit="names")
    database: str = _setting(
        "", "PostgreSQL to use instead of SQLite in the data folder: postgresql://…",
        unit="URL", secret=True, schemes=("postgresql", "postgres"),
    )  # fmt: skip
    database_connections: int = _setting(
        9, "Connections to PostgreSQL that a process opens at most, the one that holds its leads included.",
        unit="connections", between=(3, 1_000),
    )  # fmt: skip
    nats: str = _setting(
        "", "NATS to use instead of one of our own on loopback: nats://…",
        unit="URL", secret=True, schemes=("nats", "tls", "ws", "wss"),
    )  # fmt: skip
    backup_every: str = _setting(
        "", "When to make a backup: every so often (6h, 1d), or cron's five fields and a time zone"
        " (30 3 * * * Europe/Paris); empty: never.",
        unit="interval or calendar",
    )  # fmt: skip
    backup_to: str = _setting("", "Folder of the scheduled backups, best on another disk.", unit="folder")
    backup_command: str = _setting(
        "", "Command that takes each backup on its standard input: rclone rcat far:backups/$BACKUP_NAME",
        unit="shell command", secret=True,
    )  # fmt: skip
    backup_keep: tuple[str, ...] = _setting(
        ("last=3", "daily=7", "weekly=4", "monthly=12"),
        "Which backups stay in that folder: the last N, and the last of each of N hours, days, weeks, months"
        " or years.",
        unit="hourly, daily …=N",
    )  # fmt: skip
    backup_recipient: tuple[str, ...] = _setting(
        (), "Whose identity opens backups: age1…, or an SSH public key. Empty: they are not encrypted and"
        " hold no keys.",
        unit="age recipients",
    )  # fmt: skip
    master_key: str = _setting(
        "", "Master key instead of one kept in the data folder: 32 bytes in base64.", secret=True
    )
    retired_master_keys: tuple[str, ...] = _setting(
        (), "Earlier master keys, which still open what they wrapped.", secret=True
    )
    lost_master_keys: tuple[str, ...] = _setting(
        (), "Ids of master keys that are gone for good: start, though what they sealed stays closed.",
        unit="key ids",
    )  # fmt: skip
    deployment: str = _setting(
        "",
        "Id of this deployment, unlike that of any other on the same NATS; empty: it follows from the keys.",
    )
    reader_wait_events: int | None = _setting(
        20_000_000, "Events that a log keeps for a reader that is away before it leaves it behind; off: all.",
        unit="events", between=(1_000, 10**12),
    )  # fmt: skip
    reader_wait_days: int | None = _setting(
        None, "How long a log waits for a reader that is away before it leaves it behind; off: for ever.",
        unit="days", between=(1, 36_500),
    )  # fmt: skip
    issuer: str = _setting("entrepot", "Who signs access tokens (their `iss` and `aud`).")
    cors_origins: tuple[str, ...] = _setting(
        (), "Other origins whose pages may call the API.", unit="origins"
    )
    map_file: str = _setting(
        "", "Street map that this node serves itself: a PMTiles file of Protomaps' basemap or of Shortbread.",
        unit="file",
    )  # fmt: skip
    map_tiles: str = _setting(
        "", "Map tiles to draw instead of the bundled map: https://tile.example/{z}/{x}/{y}.png",
        unit="URL", schemes=("http", "https"),
    )  # fmt: skip
    map_attribution: str = _setting("", "Whom the map thanks for its tiles.")
    smtp: str = _setting(
        "", "Mail server: smtp://user:password@host:port, or smtps://; file:///folder writes them there"
        " in the clear. Empty: they stay in DATA/mail, sealed as the data folder is.",
        unit="URL", secret=True, schemes=("smtp", "smtps", "file"),
    )  # fmt: skip
    mail_from: str = _setting("entrepot@localhost", "Sender of the node's letters.", unit="address")
    webhook_networks: tuple[str, ...] = _setting(
        (), "Networks that webhooks may reach beside the public ones, and without TLS: 10.0.0.0/8.",
        unit="CIDR",
    )  # fmt: skip
    sign_in_providers: str = _setting(
        "", "File that names outside services of sign-in (OpenID Connect); docs/sign-in.md describes it.",
        unit="file",
    )  # fmt: skip
    party_lists: tuple[str, ...] = _setting(
        (), "Lists of restricted parties to refresh: name=address or path, several files of one with |.",
        unit="name=https://…",
    )  # fmt: skip
    party_lists_every: str = _setting(
        "4h", "When party_lists are looked at: every so often (4h, 1d), or cron's five fields and a zone.",
        unit="interval or calendar",
    )  # fmt: skip
    party_list_networks: tuple[str, ...] = _setting(
        (), "Networks that party_lists may reach beside the public ones, and without TLS: 10.0.0.0/8.",
        unit="CIDR",
    )  # fmt: skip
    log_format: Literal["auto", "human", "json"] = _setting(
        "auto", "Form of the log: for people on a terminal, JSON otherwise."
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "The least that is logged.")
    access_log: bool = _setting(True, "Whether every request gets a line in the log.")
    traces: str = _setting(
        "", "OpenTelemetry endpoint (OTLP over HTTP) for traces, such as http://127.0.0.1:4318.",
        unit="URL", schemes=("http", "https"),
    )  # fmt: skip
    disk_floor_mb: int = _setting(
        100, "Free space of the data folder's disk below which this node says that it is not ready.",
        unit="MB", between=(0, 10_000_000),
    )  # fmt: skip
    drain_s: float = _setting(
        5.0, "How long a node that SIGTERM stops serves on, with 503 at /readyz, so that proxies turn away.",
        unit="s", between=(0, 3_600),
    )  # fmt: skip
    header_timeout_s: float = _setting(10.0, "How long a request's headers may take.", unit="s")
    shutdown_s: float = _setting(10.0, "How long requests under way may take at shutdown.", unit="s")


@dataclass(frozen=True, slots=True)
class Sourced:
    """One setting as printed."""

    name: str
    value: str
    unit: str
    source: str
    about: str


def read(
    options: Mapping[str, object] | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    file: Path | None = None,
) -> tuple[Settings, dict[str, str]]:
    """The settings, and where each came from.

    Raises: BadSetting, with a sentence that names the setting and its source.
    """
    file, named = _which_file(file, environment)
    variables, secrets = _from_environment(environment)
    layers = (
        ("option", {k: v for k, v in (options or {}).items() if v is not None}),
        ("environment", variables),
        (_SECRETS, secrets),
        (str(file), _from_file(file, named=named)),
    )
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for setting in fields(Settings):
        for source, layer in layers:
            if setting.name in layer:
                values[setting.name] = _fit(setting, layer[setting.name], source)
                sources[setting.name] = source
                break
        else:
            sources[setting.name] = "default"
    return Settings(**values), sources


def table(settings: Settings, sources: Mapping[str, str]) -> list[Sourced]:
    """What `entrepot settings` shows. Secrets are not."""
    return [
        Sourced(
            each.name,
            _show(getattr(settings, each.name), secret=each.metadata["secret"]),
            each.metadata["unit"],
            sources[each.name],
            each.metadata["about"],
        )
        for each in fields(Settings)
    ]


def _which_file(file: Path | None, environment: Mapping[str, str]) -> tuple[Path, bool]:
    if file is not None:
        return file, True
    if config := environment.get(f"{PREFIX}CONFIG"):
        return Path(config), True
    return DEFAULT_FILE, False


def _from_environment(environment: Mapping[str, str]) -> tuple[dict[str, object], dict[str, object]]:
    """Return what variables say, and what the files hold that variables name."""
    variables = {_variable(each): each.name for each in fields(Settings)}
    in_files = {f"{_variable(each)}{_IN_FILE}": each.name for each in fields(Settings) if _is_secret(each)}
    ours = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
    ours.pop(f"{PREFIX}CONFIG", None)
    for variable in ours:
        if variable not in variables and variable not in in_files:
            raise BadSetting(f"{variable} is not a setting. {_there_is(variable, (*variables, *in_files))}")
    said = {variables[name]: text for name, text in ours.items() if name in variables}
    named = {in_files[name]: (name, text) for name, text in ours.items() if name in in_files}
    if both := sorted(said.keys() & named.keys()):
        variable = f"{PREFIX}{both[0].upper()}"
        raise BadSetting(f"{variable} and {variable}{_IN_FILE} are both set. Keep one of them.")
    return dict(said), {
        name: _secret_in(Path(text), name=variable) for name, (variable, text) in named.items()
    }


def _variable(setting: Field[Any]) -> str:
    return f"{PREFIX}{setting.name.upper()}"


def _is_secret(setting: Field[Any]) -> bool:
    return bool(setting.metadata["secret"])


def _secret_in(file: Path, *, name: str) -> str:
    """Return what a file holds, without the line end that editors put after it; of several lines each is one
    of a list. Raises: BadSetting, which never shows a secret.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_SECRET_BYTES + 1)
        text = content.decode("utf-8-sig").strip("\r\n")
    except OSError as error:
        raise BadSetting(f"{name} names {file}, which cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadSetting(f"{name} names {file}, which is no text in UTF-8.") from None
    if not text.strip() or len(content) > _MAX_SECRET_BYTES:
        is_what = "is too large for a secret" if text.strip() else "is empty"
        raise BadSetting(f"{name} names {file}, which {is_what}.")
    return ",".join(text.splitlines())


def _from_file(file: Path, *, named: bool) -> dict[str, object]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named:
            raise BadSetting(f"There is no settings file {file}. Name another with --config.") from None
        return {}
    except OSError as error:
        raise BadSetting(f"{file} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"{file} is not TOML: {error}.") from error
    names = [each.name for each in fields(Settings)]
    for name in content:
        if name not in names:
            raise BadSetting(f"{name} (in {file}) is not a setting. {_there_is(name, names)}")
    return content


def _there_is(wrong: str, names: Iterable[str]) -> str:
    """What was probably meant, or everything that may be."""
    if close := get_close_matches(wrong, names, n=1, cutoff=0.7):
        return f"Did you mean {close[0]}?"
    return f"There are: {', '.join(names)}."


def _fit(setting: Field[Any], value: object, source: str) -> object:
    """Raises: BadSetting, which never shows a secret."""
    try:
        fitting = _convert(value, get_type_hints(Settings)[setting.name])
        _check(fitting, setting.metadata)
    except ValueError as error:
        wrong = "does not fit" if setting.metadata["secret"] else f"cannot be {value!r}"
        raise BadSetting(f"{_called(setting.name, source)} {wrong}: {error}.") from None
    return fitting


def _called(name: str, source: str) -> str:
    """A setting by the name under which it was given."""
    if source == "option":
        return "--only" if name == "contexts" else f"--{name.replace('_', '-')}"
    if source == _SECRETS:
        return f"The file that {PREFIX}{name.upper()}{_IN_FILE} names"
    return f"{PREFIX}{name.upper()}" if source == "environment" else f"{name} (in {source})"


def _check(value: object, metadata: Mapping[str, Any]) -> None:
    least, most = metadata["between"]
    if isinstance(value, int | float) and not least <= value <= most:
        raise ValueError(f"it is from {least} to {most}")
    schemes = metadata["schemes"]
    if schemes and value and str(value).partition("://")[0] not in schemes:
        raise ValueError(f"it begins with {' or '.join(f'{each}://' for each in schemes)}")
    if isinstance(value, str | Path) and "\0" in str(value):
        raise ValueError("it holds a NUL byte")


def _convert(value: object, hint: Any) -> object:
    """Raises: ValueError, which says what the setting is."""
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise ValueError(f"it is one of {', '.join(get_args(hint))}")
        return value
    if get_origin(hint) is tuple:
        return _names(value)
    if hint is bool:
        return _truth(value)
    if hint in (int, float):
        return _number(value, hint)
    if hint == int | None:
        return _number_or_off(value)
    if isinstance(value, str | Path):
        return hint(value)
    raise ValueError("it is a text")


def _names(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError("it is a list of texts, separated by commas")
    return tuple(part.strip() for part in parts if part.strip())


def _number(value: object, hint: type[int] | type[float]) -> float:
    wanted = "it is a whole number" if hint is int else "it is a number"
    if isinstance(value, bool) or not isinstance(value, str | int if hint is int else str | int | float):
        raise ValueError(wanted)
    try:
        return hint(value)
    except ValueError:
        raise ValueError(wanted) from None


def _number_or_off(value: object) -> float | None:
    if isinstance(value, str) and value.lower() == "off":
        return None
    try:
        return _number(value, int)
    except ValueError as error:
        raise ValueError(f"{error}, or off") from None


def _truth(value: object) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if isinstance(value, bool):
        return value
    if str(value).lower() not in words:
        raise ValueError("it is true or false")
    return words[str(value).lower()]


def _show(value: object, *, secret: bool) -> str:
    if secret and value:
        return "(set, not shown)"
    if value is None:
        return "off"
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
