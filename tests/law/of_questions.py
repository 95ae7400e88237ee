"""Runner of the tables that ask one question a row: its file is named after the function that answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType

from tests.law import (
    questions_of_amounts,
    questions_of_claims,
    questions_of_commerce,
    questions_of_days,
    questions_of_edifact,
    questions_of_epcis,
    questions_of_goods_abroad,
    questions_of_korea,
    questions_of_open_data,
    questions_of_port,
    questions_of_recalls,
    questions_of_rights,
    questions_of_spot_checks,
    questions_of_values,
)
from tests.law.comparing import Comparisons
from tests.law.rows import Facts


def _answered_by(module: ModuleType) -> Mapping[str, Callable[..., str]]:
    """The functions of a module that take texts and give one."""
    own = {name: held for name, held in vars(module).items() if callable(held) and not name.startswith("_")}
    return {name: held for name, held in own.items() if getattr(held, "__module__", "") == module.__name__}


QUESTIONS: Mapping[str, Callable[..., str]] = {
    **_answered_by(questions_of_days),
    **_answered_by(questions_of_values),
    **_answered_by(questions_of_amounts),
    **_answered_by(questions_of_claims),
    **_answered_by(questions_of_edifact),
    **_answered_by(questions_of_epcis),
    **_answered_by(questions_of_spot_checks),
    **_answered_by(questions_of_goods_abroad),
    **_answered_by(questions_of_recalls),
    **_answered_by(questions_of_port),
    **_answered_by(questions_of_korea),
    **_answered_by(questions_of_commerce),
    **_answered_by(questions_of_open_data),
    **_answered_by(questions_of_rights),
}


def question(case: Facts) -> Comparisons:
    """The answer to a question."""
    asked = {name: text for name, text in case.items() if name not in ("question", "answer")}
    yield case["question"], case["answer"], QUESTIONS[case["question"]](**asked)
