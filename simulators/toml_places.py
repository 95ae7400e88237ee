"""Where in a TOML text a key stands, and which known name a wrong one looks like: for words about a file's mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import msgspec

MOST_CHARACTERS, DEEPEST, MOST_TABLES = 1_000_000, 20, 10_000
"""Of a file that people write: its size, tables and lists inside each other, tables and keys."""


class TooMuch(ValueError):
    """A file beyond these bounds."""


def decode(text: str, type: Any = Any) -> Any:
    """The content of a TOML text of reasonable size and depth; raises `TooMuch`, and what msgspec raises."""
    if len(text) > MOST_CHARACTERS:
        raise TooMuch(f"it has {len(text)} characters; {MOST_CHARACTERS} may be")
    bare = _QUOTED.sub("", text)
    if max(map(_depth, bare.splitlines()), default=0) > DEEPEST or _brackets(bare) > DEEPEST:
        raise TooMuch(f"more than {DEEPEST} tables or lists stand inside each other")
    if bare.count("=") + bare.count("[") > MOST_TABLES:
        raise TooMuch(f"it has more than {MOST_TABLES} tables, lists and keys")
    return msgspec.toml.decode(text, type=type)


_QUOTED = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)
_BETWEEN_NAMES = re.compile(r"[,={}\[\]]")


def _brackets(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth = max(0, depth + (sign in "[{") - (sign in "]}"))
        deepest = max(deepest, depth)
    return deepest


def _depth(line: str) -> int:
    """Brackets of a line that are open at once, or points between the names of a key."""
    names = _BETWEEN_NAMES.split(line.replace(" ", "").replace("\t", ""))
    return max(_brackets(line), *(name.count(".") for name in names))


def nearest(wrong: str, known: Iterable[str]) -> str:
    """The known name that a wrong one looks like, or all there are: the end of a sentence."""
    names = sorted(known)
    near = get_close_matches(wrong, names, 1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(names)}"


def placed(text: str, name: str, path: str, complaint: str) -> str:
    """What is said of the key at a path of a file, with file, line and path before it."""
    line = line_of(text, path)
    return f"{name}{f', line {line}' if line else ''}{f', {path}' if path else ''}: {complaint}"


_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def line_of(text: str, path: str) -> int:
    """The line on which the key of a path as `peak[0].times` stands, or its table; 0: neither."""
    table, counted, best = "", dict[str, int](), (0, 0)
    wanted = (path, re.sub(r"\[(?:\.\.\.|\d+)\]$", "", path))
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _bare(header[2])
            if header[1] == "[[":
                counted[table] = counted.get(table, -1) + 1
                table = f"{table}[{counted[table]}]"
            here = table
        elif key := _KEY.match(line):
            here = ".".join(part for part in (table, _bare(key[1])) if part)
        else:
            continue
        if (here in wanted or path.startswith((f"{here}.", f"{here}["))) and len(here) > best[0]:
            best = (len(here), number)
    return best[1]


def _bare(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
