"""Which names a blob may have, and what they are called on a disk.

Capitals become `%a`, so that two names that differ only in case stay two on every disk, and no name needs
a character that a disk could spell in another way.
"""

import re

from entrepot.core.errors import Invalid

MAX_LENGTH = 200
_LONGEST_ENTRY = 255  # of nearly every file system
_NAME = re.compile(r"(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._-]+(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._-]+)*")
_ENTRY = re.compile(r"(?:[a-z0-9._-]|%[a-z])+")
_CAPITAL = re.compile(r"[A-Z]")
_ESCAPED = re.compile(r"%([a-z])")


class BadName(Invalid):
    """No blob can have this name."""


def entries(name: str) -> list[str]:
    """Return the folders, and last the file, under which a blob stands. Raises: BadName."""
    if len(name) > MAX_LENGTH or _NAME.fullmatch(name) is None:
        raise BadName(
            f"A file's name is made of words of A-Z, a-z, 0-9, dot, underscore and hyphen, with slashes "
            f"between them and no word of dots alone; it has at most {MAX_LENGTH} characters."
        )
    escaped = [_CAPITAL.sub(lambda found: "%" + found[0].lower(), word) for word in name.split("/")]
    if any(len(word) > _LONGEST_ENTRY for word in escaped):
        raise BadName("A file's name holds fewer capitals in one word.")
    return escaped


def word(entry: str) -> str | None:
    """Return the word that stands on a disk as `entry`, or None for what is not ours."""
    if _ENTRY.fullmatch(entry) is None or entry in (".", ".."):
        return None
    return _ESCAPED.sub(lambda found: found[1].upper(), entry)
