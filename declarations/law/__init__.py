"""The sources of dated values: acts of authorities, pages that confirm a value, and our own choices.

`sources.toml` describes each source, with date of issue and place of publication; values name them in `ref`.
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
    """Raised for an id or act that is not in `sources.toml`."""

    permanent = True

    def __init__(self, wanted: str, near: str) -> None:
        super().__init__(f"no source {wanted}" + (f"; did you mean {near}?" if near else ""))


class LegalSource(NamedTuple):
    """A source of values; `act` is its official name with number (empty if it is no act). `in_force` is its first day
    in force if not that of its issue, `repealed` the first day on which it is no longer in force, `repealed_by` the id
    of the act that repealed or replaced it."""

    id: str
    kind: str
    about: str
    about_zh: str
    where: str
    act: str = ""
    issued: date | None = None
    in_force: date | None = None
    repealed: date | None = None
    repealed_by: str = ""
    repeal_confidence: str = ""

    @property
    def first_day(self) -> date | None:
        """The first day on which it may be cited: in force, or else issued (None: unknown)."""
        return self.in_force or self.issued


@cache
def all_sources() -> Mapping[str, LegalSource]:
    """Return all sources by id."""
    text = (Path(__file__).parent / "sources.toml").read_text("utf-8")
    entries = [LegalSource(**entry) for entry in tomllib.loads(text)["source"]]
    return MappingProxyType({source.id: source for source in entries})


def find_source(wanted: str) -> LegalSource:
    """Return the source with this id ("cgs2018-49") or act ("财关税〔2018〕49号", with any kind of brackets).

    Raises `UnknownSource` naming the nearest.
    """
    known = all_sources()
    if wanted in known:
        return known[wanted]
    acts = {_normalise_act(source.act): source for source in known.values() if source.act}
    if _normalise_act(wanted) in acts:
        return acts[_normalise_act(wanted)]
    near = get_close_matches(_normalise_act(wanted), acts, 1, 0.6)
    raise UnknownSource(wanted, acts[near[0]].act if near else "")


def cites(text: str, source: LegalSource) -> bool:
    """True if the source text of a table's row names this act, or the id of this page."""
    if source.act:
        return _normalise_act(source.act) in _normalise_act(text)
    return source.kind == SECONDARY and re.search(rf"\b{source.id}\b", text) is not None


def values_of(source: LegalSource) -> tuple[Value, ...]:
    """Return the dated values that name a source, in the order of name and day."""
    return tuple(value for parameter in describe() for value in parameter.values if source.id in value.ref)


def _normalise_act(act: str) -> str:
    return _SPACE.sub("", act)
