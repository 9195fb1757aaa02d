"""Every setting of a node, read once: option before `ENTREPOT_…` variable before TOML file before
default. `entrepot settings` prints them with their unit and source.
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
    mqtt_broker: str = _setting(
        "", "MQTT broker of your own in front of the node: mqtt://user:password@host:port, or mqtts://.",
        unit="URL", secret=True, schemes=("mqtt", "mqtts"),
    )  # fmt: skip
    mqtt_broker_topics: tuple[str, ...] = _setting(
        ("owntracks/#", "v1/devices/+/telemetry"), "What to subscribe to at that broker.",
        unit="topic filters",
    )  # fmt: skip
    public_url: str = _setting(
        "", "Where people reach this node, for links in letters; https makes cookies secure.", unit="URL"
    )
    data: Path = _setting(Path("var"), "Folder of everything that the node keeps.", unit="folder")
    contexts: tuple[str, ...] = _setting((), "Contexts this process hosts; empty means all.", unit="names")
    database: str = _setting(
        "", "PostgreSQL to use instead of SQLite in the data folder: postgresql://…",
        unit="URL", secret=True, schemes=("postgresql", "postgres"),
    )  # fmt: skip
    nats: str = _setting(
        "", "NATS to use instead of one of our own on loopback: nats://…",
        unit="URL", secret=True, schemes=("nats", "tls", "ws", "wss"),
    )  # fmt: skip
    master_key: str = _setting(
        "", "Master key instead of one kept in the data folder: 32 bytes in base64.", secret=True
    )
    retired_master_keys: tuple[str, ...] = _setting(
        (), "Earlier master keys, which still open what they wrapped.", secret=True
    )
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
    map_tiles: str = _setting(
        "", "Map tiles to draw instead of the bundled map: https://tile.example/{z}/{x}/{y}.png",
        unit="URL", schemes=("http", "https"),
    )  # fmt: skip
    map_attribution: str = _setting("", "Whom the map thanks for its tiles.")
    smtp: str = _setting(
        "", "Mail server: smtp://user:password@host:port, or smtps://. Empty: letters go to DATA/mail.",
        unit="URL", secret=True, schemes=("smtp", "smtps"),
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
    log_format: Literal["auto", "human", "json"] = _setting(
        "auto", "Form of the log: for people on a terminal, JSON otherwise."
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "The least that is logged.")
    access_log: bool = _setting(True, "Whether every request gets a line in the log.")
    traces: str = _setting(
        "", "OpenTelemetry endpoint (OTLP over HTTP) for traces, such as http://127.0.0.1:4318.",
        unit="URL", schemes=("http", "https"),
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
    layers = (
        ("option", {k: v for k, v in (options or {}).items() if v is not None}),
        ("environment", _from_environment(environment)),
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


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    variables = {f"{PREFIX}{each.name.upper()}": each.name for each in fields(Settings)}
    ours = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
    ours.pop(f"{PREFIX}CONFIG", None)
    for variable in ours:
        if variable not in variables:
            raise BadSetting(f"{variable} is not a setting. {_there_is(variable, variables)}")
    return {variables[variable]: text for variable, text in ours.items()}


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
