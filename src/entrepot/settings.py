"""Every setting of a node, read once: option before `ENTREPOT_…` variable before TOML file before
default. `entrepot settings` prints them with their unit and source.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from entrepot.core.errors import Invalid

PREFIX = "ENTREPOT_"
DEFAULT_FILE = Path("entrepot.toml")


class BadSetting(Invalid):
    """A setting that is unknown, or has a value that does not fit."""


def _setting(default: Any, about: str, *, unit: str = "", secret: bool = False) -> Any:
    return field(default=default, metadata={"about": about, "unit": unit, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """One node's settings."""

    host: str = _setting("127.0.0.1", "Address to listen on; 0.0.0.0 lets other machines in.")
    port: int = _setting(8080, "Port of the console and the API.", unit="TCP port")
    data: Path = _setting(Path("var"), "Folder of everything that the node keeps.", unit="folder")
    contexts: tuple[str, ...] = _setting((), "Contexts this process hosts; empty means all.", unit="names")
    database: str = _setting(
        "", "PostgreSQL to use instead of SQLite in the data folder: postgresql://…", unit="URL", secret=True
    )
    nats: str = _setting(
        "", "NATS to use instead of one of our own on loopback: nats://…", unit="URL", secret=True
    )
    master_key: str = _setting(
        "", "Master key instead of one kept in the data folder: 32 bytes in base64.", secret=True
    )
    retired_master_keys: tuple[str, ...] = _setting(
        (), "Earlier master keys, which still open what they wrapped.", secret=True
    )
    issuer: str = _setting("entrepot", "Who signs access tokens (their `iss` and `aud`).")
    cors_origins: tuple[str, ...] = _setting(
        (), "Other origins whose pages may call the API.", unit="origins"
    )
    smtp: str = _setting(
        "", "Mail server: smtp://user:password@host:port, or smtps://. Empty: letters go to DATA/mail.",
        unit="URL", secret=True,
    )  # fmt: skip
    mail_from: str = _setting("entrepot@localhost", "Sender of the node's letters.", unit="address")
    log_format: Literal["auto", "human", "json"] = _setting(
        "auto", "Form of the log: for people on a terminal, JSON otherwise."
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "The least that is logged.")
    access_log: bool = _setting(True, "Whether every request gets a line in the log.")
    traces: str = _setting(
        "", "OpenTelemetry endpoint (OTLP over HTTP) for traces, such as http://127.0.0.1:4318.", unit="URL"
    )
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
    hints = get_type_hints(Settings)
    for setting in fields(Settings):
        for source, layer in layers:
            if setting.name in layer:
                values[setting.name] = _fit(setting.name, layer[setting.name], hints[setting.name], source)
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
    names = {each.name for each in fields(Settings)}
    found: dict[str, object] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable == f"{PREFIX}CONFIG":
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in names:
            raise BadSetting(f"{variable} is not a setting. See: entrepot settings.")
        found[name] = text
    return found


def _from_file(file: Path, *, named: bool) -> dict[str, object]:
    try:
        content = tomllib.loads(file.read_text())
    except FileNotFoundError:
        if named:
            raise BadSetting(f"There is no settings file {file}.") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"{file} cannot be read: {error}") from error
    if unknown := sorted(set(content) - {each.name for each in fields(Settings)}):
        raise BadSetting(f"{file} has {', '.join(unknown)}, which is not a setting. See: entrepot settings.")
    return content


def _fit(name: str, value: object, hint: Any, source: str) -> object:
    try:
        return _convert(value, hint)
    except (ValueError, TypeError) as error:
        raise BadSetting(f"{name} (from {source}) cannot be {value!r}: {error}.") from None


def _convert(value: object, hint: Any) -> object:
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise ValueError(f"it is one of {', '.join(get_args(hint))}")
        return value
    if get_origin(hint) is tuple:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple):
            raise TypeError("it is a list of names")
        return tuple(str(part).strip() for part in parts if str(part).strip())
    if hint is bool:
        return _truth(value)
    if hint is int and isinstance(value, int | str) and not isinstance(value, bool):
        return int(value)
    if hint is float and isinstance(value, int | float | str) and not isinstance(value, bool):
        return float(value)
    if hint in (str, Path) and isinstance(value, str | Path):
        return hint(value)
    raise TypeError(f"it is a {hint.__name__}")


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
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
