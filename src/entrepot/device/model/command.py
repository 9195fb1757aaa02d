"""What one may ask of a device: OwnTracks' `cmd` messages, and texts for others."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Unfit
from entrepot.core.routes import Input

_Text = Annotated[str, Meta(max_length=2_000)]
_Setting = Annotated[str, Meta(max_length=500)] | Annotated[float, Meta(ge=-1e9, le=1e9)] | bool


class NewCommand(Input, frozen=True, kw_only=True):
    """An OwnTracks action with what it needs: `configuration` with setConfiguration, one of `content`,
    `url` and `notification` with action; or `text`, which an OsmAnd client gets as its answer.
    """

    action: Literal[
        "reportLocation", "reportSteps", "dump", "status", "waypoints", "clearWaypoints",
        "setConfiguration", "action", "text",
    ]  # fmt: skip
    content: _Text | None = None
    url: _Text | None = None
    notification: _Text | None = None
    text: _Text | None = None
    configuration: (
        Annotated[dict[Annotated[str, Meta(max_length=64)], _Setting], Meta(max_length=64)] | None
    ) = None


class Commanded(msgspec.Struct, frozen=True):
    """It is kept until the device takes it."""

    command_id: str


def body(command: NewCommand) -> str:
    """What travels to the device. Raises: Unfit."""
    if command.action == "text":
        if not command.text:
            raise Unfit("text", "A text command needs a text.")
        return command.text
    message: dict[str, object] = {"_type": "cmd", "action": command.action}
    for name in ("content", "url", "notification"):
        if (value := getattr(command, name)) is not None:
            message[name] = value
    if (command.configuration is not None) != (command.action == "setConfiguration"):
        raise Unfit("configuration", "setConfiguration needs a configuration, and nothing else takes one.")
    if command.configuration is not None:
        message["configuration"] = {**command.configuration, "_type": "configuration"}
    return msgspec.json.encode(message).decode()
