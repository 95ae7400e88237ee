"""Reasons, in both languages, why a person's decision was refused."""

from __future__ import annotations

from collections.abc import Iterable

from declarations.lifecycle import NotAllowed, lifecycles
from declarations.reasons import Reason

NOT_CARRIED_OUT = "16003.both"
_ACTS = {"approve": "批准", "refuse": "退回", "pay": "缴纳", "add": "加入", "remove": "移出"}
"""Actions that have no label, or another name, in their lifecycle."""


def refused(zh: str, en: str) -> Reason:
    """Return the reason for a refused decision, from texts in Chinese and English."""
    return Reason(NOT_CARRIED_OUT, {"refusal_zh": zh, "refusal_en": en})


def not_allowed(error: NotAllowed, life: str) -> Reason:
    """Return the reason for an action that the state of a lifecycle does not allow; it names the allowed ones."""
    states = lifecycles()[life].states
    state = states[error.state].zh if error.state in states else error.state
    allowed = "、".join(_named(error.allowed, life)) or "无"
    return refused(f"{state}状态不能{act(error.action, life)}；可以：{allowed}", str(error))


def act(action: str, life: str) -> str:
    """Return the Chinese label of an action, or its name if it has none."""
    steps = {step.action: step.zh for step in lifecycles()[life].transitions}
    return steps.get(action) or _ACTS.get(action) or f"“{action}”"


def _named(actions: Iterable[str], life: str) -> list[str]:
    return [act(action, life) for action in actions]
