"""Remedies of findings, by code: the fields concerned in each kind of document, and the advice.

All are in `codes/remedies.toml`; the texts of codes are in `receipt_texts`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from schemas.fragments import fragments

SUBJECT = "*"
"""Used instead of a kind: the document that was checked, of any kind."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """The remedy of findings with some codes.

    `fields`: kind → elements, by wire name; elements with the same index in two kinds correspond to each other. An
    element with a slash is a path below the message, or from the envelope; the name of the line element means the
    number of lines. `expected` and `found` may contain values of the reason ("≤ {limit}"); `found` is the common value
    of all fields. If `compared` is False, corresponding elements need not be equal. Without `zh` and `en` the code is
    for information only.
    """

    codes: tuple[str, ...]
    zh: str = ""
    en: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expected: str = ""
    found: str = ""
    compared: bool = True

    def elements(self, kind: str, subject: bool) -> tuple[str, ...]:
        """Return the elements concerned in a kind; `subject`: True for the document that was checked."""
        return self.fields.get(kind) or (self.fields.get(SUBJECT, ()) if subject else ())


NOTHING = Remedy(())
"""The remedy of codes without one."""


@cache
def remedies() -> Mapping[str, Remedy]:
    """Return all remedies by code, in the order of the file; raises `ValueError` for a repeated code."""
    by_code: dict[str, Remedy] = {}
    common = Path(__file__).parent.joinpath("codes/remedies.toml")
    contents = {file: tomllib.loads(file.read_text("utf-8")) for file in (common, *fragments("remedies.toml"))}
    homes: dict[str, Path] = {}
    for file, content in contents.items():
        for remedy in (*map(_remedy, content["remedy"]), Remedy(tuple(content["informing"]["codes"]))):
            for code in remedy.codes:
                if other := homes.get(code):
                    raise ValueError(f"{code} has remedies in {_shown(other)} and in {_shown(file)}")
                homes[code], by_code[code] = file, remedy
    return MappingProxyType(by_code)


def _shown(file: Path) -> str:
    return file.relative_to(Path(__file__).parent.parent).as_posix()


def _remedy(table: dict[str, object]) -> Remedy:
    fields = table.pop("fields", {})
    assert isinstance(fields, dict)
    return Remedy(
        **{
            **table,
            "codes": tuple(table["codes"]),  # type: ignore[arg-type]
            "fields": {kind: tuple(names) for kind, names in fields.items()},
        }
    )


@cache
def remedy(rule: str) -> Remedy:
    """Return the remedy of a rule: "-301008/15019" has that of 15019; "14208.expired" its own, or else that of
    14208."""
    code, known = rule.rpartition("/")[2], remedies()
    return known.get(rule) or known.get(code) or known.get(code.partition(".")[0]) or NOTHING
