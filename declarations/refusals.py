"""Reasons, in both languages, why a person's decision was refused."""

from __future__ import annotations

from collections.abc import Iterable

from declarations.lifecycle import NotAllowed, all_lifecycles
from declarations.reasons import Reason

NOT_CARRIED_OUT = "16003.both"
_ACTS = {"approve": "批准", "refuse": "退回", "pay": "缴纳", "add": "加入", "remove": "移出"}
"""Actions that have no label, or another name, in their lifecycle."""


def refusal_reason(zh: str, en: str) -> Reason:
    """Return the reason for a refused decision, from texts in Chinese and English."""
    return Reason(NOT_CARRIED_OUT, {"refusal_zh": zh, "refusal_en": en})


SAMPLE_OUT = (
    "样品送检中，检验结果作出前不得审结",
    "a sample of its goods is at the laboratory: nothing concludes the list before the result",
)
"""Why a list is not concluded, in both languages."""


def refusal_of_action(error: NotAllowed, lifecycle: str) -> Reason:
    """Return the reason for an action that the state of a lifecycle does not allow; it names the allowed ones."""
    states = all_lifecycles()[lifecycle].states
    state = states[error.state].zh if error.state in states else error.state
    allowed = "、".join(_labels_of(error.allowed, lifecycle)) or "无"
    return refusal_reason(f"{state}状态不能{label_of_action(error.action, lifecycle)}；可以：{allowed}", str(error))


def label_of_action(action: str, lifecycle: str) -> str:
    """Return the Chinese label of an action, or its name if it has none."""
    steps = {step.action: step.zh for step in all_lifecycles()[lifecycle].transitions}
    return steps.get(action) or _ACTS.get(action) or f"“{action}”"


def _labels_of(actions: Iterable[str], lifecycle: str) -> list[str]:
    return [label_of_action(action, lifecycle) for action in actions]
