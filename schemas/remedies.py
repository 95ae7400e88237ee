"""Remedies of findings, by code: the fields concerned in each kind of document, and what to do.

One file for imports, exports and the agencies, `codes/remedies.toml`; the words of a code stand in `receipt_texts`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

SUBJECT = "*"
"""In the place of a kind: the document that was checked, whichever it is."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """The remedy of the findings of some codes.

    `fields`: elements as on the wire, by kind; elements of the same place in two kinds hold the same thing. One with a
    stroke is a path below the message, or from the envelope; the name of the line element counts the lines. `expected`
    and `found` may name values of the reason ("≤ {limit}"); `found` is what all fields say together. Without
    `compared`, elements of two kinds belong together but are not alike. Without `zh` and `en` the code only informs:
    nothing is to be done about it.
    """

    codes: tuple[str, ...]
    zh: str = ""
    en: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expected: str = ""
    found: str = ""
    compared: bool = True

    def elements(self, kind: str, subject: bool) -> tuple[str, ...]:
        """The elements concerned in a kind; `subject`: of the document that was checked."""
        return self.fields.get(kind) or (self.fields.get(SUBJECT, ()) if subject else ())


NOTHING = Remedy(())
"""Of a code for which no remedy is written."""


@cache
def remedies() -> Mapping[str, Remedy]:
    """Every remedy by each of its codes, in the order of the file; a repeated code is refused."""
    by_code: dict[str, Remedy] = {}
    content = tomllib.loads(files("schemas").joinpath("codes/remedies.toml").read_text("utf-8"))
    informing = Remedy(tuple(content["informing"]["codes"]))
    for remedy in (*map(_remedy, content["remedy"]), informing):
        for code in remedy.codes:
            if code in by_code:
                raise ValueError(f"remedies.toml has {code} twice")
            by_code[code] = remedy
    return MappingProxyType(by_code)


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
    """The remedy of a rule: "-301008/15019" has that of check 15019, "14208.expired" that of 14208 unless its own."""
    code, known = rule.rpartition("/")[2], remedies()
    return known.get(rule) or known.get(code) or known.get(code.partition(".")[0]) or NOTHING
