"""Runner of sweeps: documents of clean trades of which one field at a time is another, and all that is said of each.

The answers stand among the whole answers, one a field: which values pass, and with which reasons, fields and expected
values the others are refused. A field of a line is another one in the first line, in the second, and in both.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from operator import eq
from typing import Any

from declarations.parameters import NoValue
from tests.law.agency_documents import CLEAN, JUDGES
from tests.law.clean_documents import document
from tests.law.clean_trades import JUDGES as TRADE_JUDGES
from tests.law.comparing import Comparisons
from tests.law.other_values import changed, fields
from tests.law.rows import Facts
from tests.law.wholes import whole, written

AS_CLEAN = "as clean"


def sweep(case: Facts) -> Comparisons:
    """All that a check says when a field of a document is another one."""
    kind, judge = case["kind"], TRADE_JUDGES[case["check"]]
    clean = {each: document(each) for each in (kind, *case.get("beside", ()))}

    def told_of(other: Any) -> Any:
        return judge({**clean, kind: other}, kind, case["day"])

    yield from _swept(clean[kind], told_of, case)


def told_sweep(case: Facts) -> Comparisons:
    """The same of the documents of agencies, companies and warehouses abroad."""
    judge = JUDGES[case["told"]]
    yield from _swept(CLEAN[case["told"]](), lambda other: judge(other, case["day"]), case)


def _swept(clean: Any, judge: Callable[[Any], Any], case: Facts) -> Comparisons:
    also = case.get("also", {})
    of_clean = _told(judge, clean)
    yield whole("clean", of_clean)
    for field in fields(clean):
        told: dict[str, list[str]] = {}
        for value, other in changed(clean, field, also.get(field, ())):
            told.setdefault(_beside(_told(judge, other), of_clean), []).append(value)
        yield whole(field, told)


def _beside(answer: str, of_clean: str) -> str:
    """Return what an answer says otherwise than that to the clean document, from one word to another."""
    if answer == of_clean:
        return AS_CLEAN
    begin = _alike(answer, of_clean)
    end = min(_alike(answer[::-1], of_clean[::-1]), len(answer) - begin, len(of_clean) - begin)
    begin = answer.rfind(" ", 0, begin) + 1
    return f"{begin}… {answer[begin : len(answer) - end]}"


def _alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(bool, map(eq, one, other)))


def _told(judge: Callable[[Any], Any], asked: Any) -> str:
    try:
        return written(judge(asked))
    except (NoValue, LookupError, ArithmeticError, ValueError) as error:
        return type(error).__name__
