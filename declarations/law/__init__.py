"""The sources behind dated values: acts of authorities, pages that confirm a value, and our own choices.

`sources.toml` describes each: what it is, when it was issued and where it is published; values name them by `ref`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from declarations.parameters import Value, describe

ACT, SECONDARY, OWN = "act", "secondary", "own"
KINDS = (ACT, SECONDARY, OWN)
_SPACE = re.compile(r"[\s〔〕\[\]()（）【】]")


class UnknownSource(LookupError):
    """An id or act that `sources.toml` does not know."""

    permanent = True

    def __init__(self, wanted: str, near: str) -> None:
        super().__init__(f"no source {wanted}" + (f"; did you mean {near}?" if near else ""))


class LegalSource(NamedTuple):
    """The legal source of a value: `act` is its official name with number (empty for what is no act). `repealed` is the
    first day on which it is no longer in force, `repealed_by` the id of the act that repealed or replaced it."""

    id: str
    kind: str
    about: str
    where: str
    act: str = ""
    issued: date | None = None
    repealed: date | None = None
    repealed_by: str = ""
    repeal_confidence: str = ""


@cache
def sources() -> Mapping[str, LegalSource]:
    """Every source by its id."""
    text = (Path(__file__).parent / "sources.toml").read_text("utf-8")
    entries = [LegalSource(**entry) for entry in tomllib.loads(text)["source"]]
    return MappingProxyType({source.id: source for source in entries})


def find(wanted: str) -> LegalSource:
    """The source of an id ("cgs2018-49") or an act ("财关税〔2018〕49号", whatever its brackets).

    Raises `UnknownSource` naming the nearest.
    """
    known = sources()
    if wanted in known:
        return known[wanted]
    acts = {_plain(source.act): source for source in known.values() if source.act}
    if _plain(wanted) in acts:
        return acts[_plain(wanted)]
    near = get_close_matches(_plain(wanted), acts, 1, 0.6)
    raise UnknownSource(wanted, acts[near[0]].act if near else "")


def cites(text: str, source: LegalSource) -> bool:
    """True if a source in words, as a row of a table gives it, names an act or the id of a page."""
    if source.act:
        return _plain(source.act) in _plain(text)
    return source.kind == SECONDARY and re.search(rf"\b{source.id}\b", text) is not None


def values_of(source: LegalSource) -> tuple[Value, ...]:
    """The dated values that rest on a source, by name and day."""
    return tuple(value for parameter in describe() for value in parameter.values if source.id in value.ref)


def _plain(act: str) -> str:
    return _SPACE.sub("", act)
