"""Every code that the program says has words in both languages in `schemas/codes/receipt_texts.csv`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import filter as matching

from schemas.catalogue import entries
from schemas.receipt_texts import ORIGINS, texts
from tests.shape.sources import Module, modules
from tests.tables import each

SPEAKERS = ("declarations", "gateways", "single_window")
_CODE = re.compile(r"(-\d{4,6}(/\d{4,5})?|1[3-9]\d{3}(\.\w+)?|2[01]\d{3}(\.\w+)?)$")
"""Official negative codes and our own five digits: what looks like one is one, wherever it stands."""


def spoken(module: Module) -> Iterator[tuple[int, str]]:
    """Line and code of each literal: what `Reason` is made with, and whatever else looks like a code."""
    for node in module.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.match(node.value):
            yield node.lineno, node.value
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Reason" and node.args:
            yield from ((node.lineno, code) for code in _literals(node.args[0]) if code)


def _literals(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)


def wordless(*sources: Module) -> list[str]:
    return [
        f"{module.name}:{line} says {code}"
        for module in sources
        for line, code in spoken(module)
        if not all(matching(texts(), part) for part in code.split("/"))
    ]


def test_every_code_that_is_said_has_words() -> None:
    assert wordless(*modules(*SPEAKERS)) == []


def test_every_code_of_the_catalogue_has_words() -> None:
    for entry in entries():
        for code in filter(
            None,
            (
                entry.invalid,
                entry.too_many,
                entry.signature_invalid,
                entry.signature_missing,
                entry.signature_differs,
                entry.signature_holder,
            ),
        ):
            assert code in texts(), f"{entry.code}: {code}"


@each("code", texts())
def test_words_are_there_in_both_languages_with_their_origin(code: str) -> None:
    row = texts()[code]
    assert row.zh.strip() and row.en.strip(), code
    assert re.search(r"[\u4e00-\u9fff]", row.zh), code
    assert not re.search(r"[\u4e00-\u9fff]", row.en + (row.tail_en or row.tail)), code
    assert row.origin in ORIGINS and row.source, code


@each(
    "offence",
    [
        "reasons = [Reason('14777', {})]",
        "yield Reason('abc', {})",
        "Reason('1300' if bad else '1301.x', {})",
        "Reason(f'99{kind}', {})",
        "LIMIT = '13999'",
        "PARTNERS = {'order': '14399'}",
        "code = '-301999'",
        "LIMIT = '18999'",
        "Reason('-301008/15999', {})",
        "reasons.Reason('1320x', {})",
    ],
)
def test_the_guard_barks(offence: str) -> None:
    assert wordless(Module("gateways.tax.billing", offence))
