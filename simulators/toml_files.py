"""Reads TOML files written by users, with limits, and with errors that name file, line, key and the nearest known
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, NamedTuple, NoReturn, TypeVar

import msgspec
from msgspec import Struct

from simulators.errors import SimulatorError

MAX_FILE_BYTES, MAX_DEPTH, MAX_TABLES_AND_KEYS = 256 * 1024, 20, 10_000
"""Limits of a file: bytes, nesting depth, number of tables and keys."""
StructT = TypeVar("StructT", bound=Struct)
_AT = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`$")
_FIELD = re.compile(r"(unknown|required) field `([^`]+)`")
_TYPES = re.compile("Expected `([^`]*)`, got `([^`]*)`")
_TYPE_WORDS = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number with a point",
    "bool": "true or false",
    "array": "a list in [brackets]",
    "object": "a table",
    "date": "a day such as 2026-11-20",
}


class TomlFile(NamedTuple):
    """A TOML file to be converted into structs. `tables`: last part of a table's path → its struct."""

    name: str
    text: str
    tables: Mapping[str, type[Struct]]

    @classmethod
    def read(cls, path: Path, tables: Mapping[str, type[Struct]]) -> TomlFile:
        """Read a file; raises `SimulatorError` if it is unreadable or too large."""
        return cls(path.name, read_text(path), tables)

    def decode(self, kind: type[StructT]) -> StructT:
        """The content as a struct; raises `SimulatorError` for the first error."""
        try:
            return msgspec.convert(self.content(), kind)
        except msgspec.ValidationError as error:
            self.refuse_explained(str(error), "", kind)

    def content(self) -> dict[str, Any]:
        """The content as plain values; raises `SimulatorError` if it is not TOML or exceeds the limits."""
        bare = _QUOTED.sub("", self.text)
        excess = ""
        if len(self.text) > MAX_FILE_BYTES:
            excess = f"it has {len(self.text)} characters; {MAX_FILE_BYTES} may be"
        elif max(map(_depth, bare.splitlines()), default=0) > MAX_DEPTH or _brackets(bare) > MAX_DEPTH:
            excess = f"more than {MAX_DEPTH} tables or lists stand inside each other"
        elif bare.count("=") + bare.count("[") > MAX_TABLES_AND_KEYS:
            excess = f"it has more than {MAX_TABLES_AND_KEYS} tables, lists and keys"
        if excess:
            raise SimulatorError(f"{self.name} is too much to read: {excess}")
        try:
            return dict(msgspec.toml.decode(self.text))
        except (msgspec.DecodeError, TOMLDecodeError) as error:
            raise SimulatorError(f"{self.name} is no TOML: {error}") from None

    def refuse(self, path: str, complaint: str) -> NoReturn:
        """Raise `SimulatorError` for the key at a path, with file and line before the complaint."""
        line = line_of(self.text, path)
        place = f"{self.name}{f', line {line}' if line else ''}{f', {path}' if path else ''}"
        raise SimulatorError(f"{place}: {complaint}") from None

    def require_known(self, word: str, known: Iterable[str], path: str, noun: str, of: str = "") -> None:
        """Raise `SimulatorError` for an unknown word at a path; `noun` and `of` describe the known ones in the
        message.
        """
        names = set(known)
        if word not in names:
            self.refuse(path, f"there is no {noun} {word!r}{of}{nearest_hint(word, names)}")

    def refuse_explained(self, message: str, within: str, kind: type[Struct]) -> NoReturn:
        """Raise `SimulatorError` for a message of msgspec about the table at the path `within`, or the whole file."""
        match = _AT.search(message)
        inner, complaint = (match["path"], message[: match.start()]) if match else ("", message)
        path = ".".join(part for part in (within, self._full_path(inner)) if part)
        field = _FIELD.search(complaint)
        if field is None:
            self.refuse(path, _TYPES.sub(_type_mismatch, complaint))
        if field[1] == "required":
            self.refuse(path, f"the key {field[2]!r} is missing")
        where = ".".join(part for part in (path, field[2]) if part)
        self.refuse(where, f"there is no key {field[2]!r}{nearest_hint(field[2], self._keys(inner, kind))}")

    def _keys(self, inner: str, kind: type[Struct]) -> list[str]:
        """The keys of the table that a path leads to."""
        parts = [part for part in reversed(re.split(r"[.\[]", inner)) if part in self.tables]
        return [field.encode_name for field in msgspec.structs.fields(self.tables[parts[0]] if parts else kind)]

    def _full_path(self, inner: str) -> str:
        """The path with the table's name, which msgspec's messages omit for dicts of tables."""
        table_name, has_index, rest = inner.partition("[...]")
        if not has_index or table_name not in self.tables:
            return inner
        for name, table in self.content()[table_name].items():
            try:
                msgspec.convert(table, self.tables[table_name])
            except msgspec.ValidationError:
                return ".".join(part for part in (table_name, name, rest.lstrip(".")) if part)
        return table_name


def read_text(path: Path) -> str:
    """Read the text of a file; raises `SimulatorError` if it is unreadable or too large."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SimulatorError(f"{path} has more than {MAX_FILE_BYTES} bytes")
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise SimulatorError(f"{path} is not UTF-8: {error}") from None
    except OSError as error:
        raise SimulatorError(f"{path} cannot be read: {error.strerror}") from None


def _type_words(types: str) -> str:
    """Types in words for people who do not program."""
    return " or ".join(_TYPE_WORDS.get(part, part) for part in types.split(" | ") if part != "null")


_QUOTED = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)
_BETWEEN_NAMES = re.compile(r"[,={}\[\]]")


def _brackets(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth = max(0, depth + (sign in "[{") - (sign in "]}"))
        deepest = max(deepest, depth)
    return deepest


def _depth(line: str) -> int:
    """Nesting depth of a line: brackets, or dots in a key."""
    names = _BETWEEN_NAMES.split(line.replace(" ", "").replace("\t", ""))
    return max(_brackets(line), *(name.count(".") for name in names))


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """The end of a sentence: the most similar known name, or all names."""
    names = sorted(known)
    near = get_close_matches(name, names, 1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(names)}"


_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def _type_mismatch(types: re.Match[str]) -> str:
    return f"{_type_words(types[1])} is expected, not {_type_words(types[2])}"


def line_of(text: str, path: str) -> int:
    """The line of a key such as `peak[0].times`, or of its table; 0: not found."""
    table, counted, best = "", dict[str, int](), (0, 0)
    wanted = (path, re.sub(r"\[(?:\.\.\.|\d+)\]$", "", path))
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _bare_key(header[2])
            if header[1] == "[[":
                counted[table] = counted.get(table, -1) + 1
                table = f"{table}[{counted[table]}]"
            here = table
        elif key := _KEY.match(line):
            here = ".".join(part for part in (table, _bare_key(key[1])) if part)
        else:
            continue
        if (here in wanted or path.startswith((f"{here}.", f"{here}["))) and len(here) > best[0]:
            best = (len(here), number)
    return best[1]


def _bare_key(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
