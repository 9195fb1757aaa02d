"""Publishers' files as streams: which encoding, rows of CSV, elements of XML. Nothing is read as a whole."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from entrepot.screening.functions.published.gathering import CutFile

_BLOCK = 1 << 16
_END_OF_FILE = "\x1a"  # CP/M's, which OFAC still puts last
csv.field_size_limit(1 << 20)


def encoding_of(stream: BinaryIO) -> str:
    """Return UTF-8 if the whole stream is, else Latin-1, which old copies of lists are in."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    try:
        while block := stream.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1"
    finally:
        stream.seek(0)
    return "utf-8-sig"


def csv_rows(stream: BinaryIO, *, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its line. Raises: CutFile where a quoted cell never ends."""
    text = io.TextIOWrapper(stream, encoding=encoding_of(stream), newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if cells and cells != [_END_OF_FILE] and any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise CutFile("The file ends inside a cell: it is not whole.", line=reader.line_num) from error
    finally:
        text.detach()


def table(
    stream: BinaryIO, *, delimiter: str = ",", skip: int = 0, ragged: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row by its heading. Raises: CutFile if a row has fewer cells than the heading, unless the
    publisher's rows are ragged.
    """
    rows = csv_rows(stream, delimiter=delimiter)
    for _ in range(skip):
        next(rows, None)
    _, heading = next(rows, (0, []))
    names = [name.strip() for name in heading]
    for line, cells in rows:
        if len(cells) < len(names) and not ragged:
            raise CutFile(
                f"The row has {len(cells)} cells, the heading {len(names)}: the file is not whole.", line=line
            )
        yield line, dict(zip(names, cells, strict=False))


def elements(stream: BinaryIO, wanted: Sequence[str]) -> Iterator[tuple[str, Element]]:
    """Yield each wanted element when it ends, without namespaces, and forget it. Raises: CutFile if the file
    is not whole, or declares entities.
    """
    stream.seek(0)
    depth: list[Element] = []
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                element.tag = str(element.tag).rpartition("}")[2]
                depth.append(element)
                continue
            depth.pop()
            if element.tag in wanted:
                yield element.tag, element
                element.clear()
                if depth:
                    depth[-1].remove(element)
    except ParseError as error:
        line = error.position[0]
        raise CutFile("The XML is not whole: it ends or breaks off here.", line=line) from error
    except DefusedXmlException as error:
        raise CutFile("The XML declares a document type or entities, which no list needs.") from error


def text_of(element: Element, path: str) -> str:
    """Return the text at a path, without blanks around it."""
    return (element.findtext(path) or "").strip()


def head_of(stream: BinaryIO, size: int = 4096) -> str:
    """Return how the file begins."""
    stream.seek(0)
    head = stream.read(size)
    stream.seek(0)
    return head.decode("utf-8", "replace").removeprefix("\ufeff")
