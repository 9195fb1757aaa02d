"""Packs as files: which format a name means, text from bytes, and the canonical bytes that are hashed."""

import codecs
import hashlib
from collections.abc import Callable, Mapping

import msgspec

from entrepot.rule.functions import csv_format, yaml_format
from entrepot.rule.functions.shaped import Opened, shaped
from entrepot.rule.functions.source import Located, UnreadableSource
from entrepot.rule.model.flaw import Flaw, FlawedPack
from entrepot.rule.model.pack import Pack

MAX_BYTES = 16 * 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PARSE: Mapping[str, Callable[[str], Located]] = {
    "yaml": yaml_format.parse, "yml": yaml_format.parse, "csv": csv_format.parse,
}  # fmt: skip
_WRITE: Mapping[str, Callable[[Pack], str]] = {"yaml": yaml_format.write, "csv": csv_format.write}

_encoder = msgspec.json.Encoder(order="deterministic")


def read(data: bytes | str, *, file: str) -> Pack:
    """Return the pack in a file, if all of it has its shape. Raises: FlawedPack."""
    found = opened(data, file=file)
    if found.flaws:
        raise FlawedPack(found.flaws)
    return ordered(found.pack)


def opened(data: bytes | str, *, file: str) -> Opened:
    """Return what can be read of a file. Raises: FlawedPack, if nothing can."""
    parse = _PARSE.get(file.rpartition(".")[2].lower())
    if parse is None:
        raise FlawedPack([_flaw("format", f"{file} is neither .yaml nor .csv.", file)])
    text = text_of(data, file=file)
    try:
        return shaped(parse(text), file=file)
    except UnreadableSource as error:
        raise FlawedPack([_flaw(error.code, str(error), file, error.line)]) from error


def text_of(data: bytes | str, *, file: str) -> str:
    """Return what a file says, without the marks of its encoding. Raises: FlawedPack."""
    try:
        return _text(data)
    except UnreadableSource as error:
        raise FlawedPack([_flaw(error.code, str(error), file, error.line)]) from error


def write(pack: Pack, *, kind: str) -> str:
    """Return the pack in its one canonical form as `yaml` or `csv`."""
    return _WRITE[kind](ordered(pack))


def ordered(pack: Pack) -> Pack:
    """Return the same pack with covers, documents and rules in order: it means nothing."""
    return msgspec.structs.replace(
        pack,
        covers=tuple(sorted(pack.covers, key=_encoder.encode)),
        documents=tuple(sorted(pack.documents, key=lambda each: each.id)),
        rules=tuple(sorted(pack.rules, key=lambda each: each.id)),
    )


def canonical(pack: Pack) -> bytes:
    """Return JSON with ordered members, without what equals its default."""
    return _encoder.encode(ordered(pack))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _text(data: bytes | str) -> str:
    """Raises: UnreadableSource."""
    if len(data) > MAX_BYTES:
        raise UnreadableSource("size", f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB.")
    text = data if isinstance(data, str) else _decoded(data)
    text = text.removeprefix("\ufeff")
    for found, why in (("\0", "a NUL character"), ("\ufffd", "characters that were lost: save it as UTF-8")):
        if (at := text.find(found)) >= 0:
            raise UnreadableSource("encoding", f"The file holds {why}.", text.count("\n", 0, at) + 1)
    return text


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableSource("encoding", "The file is not in UTF-8. Save it as UTF-8.", line) from error


def _flaw(code: str, reason: str, file: str, line: int = 0) -> Flaw:
    return Flaw(code=code, reason=reason, file=file, line=line)
