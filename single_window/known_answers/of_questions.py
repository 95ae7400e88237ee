"""Runner of the tables that ask one question a row: its file is named after the function that answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType

from single_window.known_answers import (
    asked_of_amounts,
    asked_of_claims,
    asked_of_commerce,
    asked_of_days,
    asked_of_edifact,
    asked_of_epcis,
    asked_of_goods_abroad,
    asked_of_korea,
    asked_of_open_data,
    asked_of_port,
    asked_of_recalls,
    asked_of_rights,
    asked_of_spot_checks,
    asked_of_values,
)
from single_window.known_answers.comparing import Comparisons
from single_window.known_answers.rows import Facts


def _answered_by(module: ModuleType) -> Mapping[str, Callable[..., str]]:
    """The functions of a module that take texts and give one."""
    own = {name: held for name, held in vars(module).items() if callable(held) and not name.startswith("_")}
    return {name: held for name, held in own.items() if getattr(held, "__module__", "") == module.__name__}


QUESTIONS: Mapping[str, Callable[..., str]] = {
    **_answered_by(asked_of_days),
    **_answered_by(asked_of_values),
    **_answered_by(asked_of_amounts),
    **_answered_by(asked_of_claims),
    **_answered_by(asked_of_edifact),
    **_answered_by(asked_of_epcis),
    **_answered_by(asked_of_spot_checks),
    **_answered_by(asked_of_goods_abroad),
    **_answered_by(asked_of_recalls),
    **_answered_by(asked_of_port),
    **_answered_by(asked_of_korea),
    **_answered_by(asked_of_commerce),
    **_answered_by(asked_of_open_data),
    **_answered_by(asked_of_rights),
}


def question(case: Facts) -> Comparisons:
    """The answer to a question."""
    asked = {name: text for name, text in case.items() if name not in ("question", "answer")}
    yield case["question"], case["answer"], QUESTIONS[case["question"]](**asked)
