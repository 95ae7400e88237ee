"""Every code that rules and gateways can write stands in `schemas/codes/remedies.toml`, and what it names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

from declarations import rules
from schemas import catalogue
from schemas.receipt_texts import texts
from schemas.remedies import SUBJECT, Remedy, remedies, remedy
from single_window.language.rule_records import elements_of, subjects
from tests.shape.sources import Module, modules
from tests.shape.test_codes_have_words import spoken
from tests.tables import each

BELOW_THE_MESSAGE = {"/DxpMsg/TransInfo/SenderId", "BaseTransfer/dxpId", "Signature"}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CASES = list({row.codes[0]: row for row in remedies().values()}.items())


def without_remedy(*sources: Module) -> list[str]:
    """What these modules write and the file does not have; a pattern stands for codes of the catalogue."""
    return [
        f"{module.name}:{line} writes {code}"
        for module in sources
        for line, code in spoken(module)
        if "*" not in code and not all(part in remedies() for part in code.split("/"))
    ]


def of_catalogue() -> Iterator[str]:
    """Every code by which the port answers a duplicate, too many documents or a bad form."""
    for entry in catalogue.entries():
        handling = entry.handling
        if handling is not None:
            for code in (*handling.duplicate, *(handling.other_numbers or ()), entry.invalid, entry.too_many):
                yield from filter(None, code.split("/"))


def kinds_of(row: Remedy) -> set[str]:
    """The kinds whose own checks or answers write a code of this row."""
    checked = {doc.kind for doc in rules.describe() if doc.code.rpartition("/")[2] in row.codes}
    return {kind for code in row.codes for kind in subjects(code, checked)}


def test_every_code_that_is_written_has_a_remedy() -> None:
    assert without_remedy(*modules("declarations", "gateways", "single_window")) == []
    assert [code for code in of_catalogue() if code not in remedies()] == []
    assert [doc.code for doc in rules.describe() if doc.code.rpartition("/")[2] not in remedies()] == []


def test_no_remedy_is_written_for_a_code_without_words() -> None:
    assert [code for code in remedies() if code not in texts()] == []


@each("code, row", _CASES)
def test_every_element_exists_in_its_kind(code: str, row: Remedy) -> None:
    for kind, elements in row.fields.items():
        known = (
            elements_of(kind)
            if kind != SUBJECT
            else {name for text in kinds_of(row) or catalogue.handled() for name in elements_of(text)}
            | BELOW_THE_MESSAGE
        )
        assert set(elements) <= known, (code, kind)


@each("doc", list(rules.describe()))
def test_every_check_of_a_kind_points_at_a_field_of_that_kind(doc: rules.RuleDoc) -> None:
    elements = remedy(doc.code).elements(doc.kind, subject=True)
    assert set(elements) & (elements_of(doc.kind) | BELOW_THE_MESSAGE), doc.code


@each("code, row", _CASES)
def test_a_remedy_is_reported_in_both_languages(code: str, row: Remedy) -> None:
    assert bool(row.zh) == bool(row.en)
    assert not row.fields or row.zh, code
    assert not row.zh or (_CHINESE.search(row.zh) and not _CHINESE.search(row.en)), code
    for template in (row.expected, row.found):
        assert all(name is None or name for _, name, _, _ in Formatter().parse(template))


@each("offence", ["reasons = [Reason('14777', {})]", "code = '-301999'", "Reason('-301008/15999', {})"])
def test_the_guard_barks(offence: str) -> None:
    assert without_remedy(Module("gateways.tax.billing", offence))


MISUSE = re.compile(
    "换用其他(订购人|企业|人)|其他订购人|另一订购人|新的身份证|换用.*(币制|编码)|another (buyer|identity|currency)"
)
"""Advice to declare what is not so: with a quota, an identity or an entry that belongs to something else."""


@each("code, row", _CASES)
def test_no_remedy_advises_to_declare_what_is_not_so(code: str, row: Remedy) -> None:
    """Another person's allowance is a misuse of a quota (商财发〔2018〕486号)."""
    assert not MISUSE.search(row.zh) and not MISUSE.search(row.en), code


@each("code", ["1313", "-621018", "14006"])
def test_who_has_used_up_a_quota_buys_less_or_goes_by_ordinary_trade_or_waits(code: str) -> None:
    row = remedy(code)
    assert all(word in row.zh for word in ("一般贸易", "下一年度", "不得借用他人额度", "486号"))
    assert all(word in row.en for word in ("ordinary trade", "next year", "nobody else's"))
