"""Why a decision of a person was not carried out, in both languages: as a reason that is noted and answered."""

from __future__ import annotations

from collections.abc import Iterable

from declarations.lifecycle import NotAllowed, lifecycles
from declarations.reasons import Reason

NOT_CARRIED_OUT = "16003.both"
_ACTS = {"approve": "批准", "refuse": "退回", "pay": "缴纳", "add": "加入", "remove": "移出"}
"""Acts that a lifecycle knows by another name, or not at all."""


def refused(zh: str, en: str) -> Reason:
    """The reason for a decision that was not carried out, in Chinese and English."""
    return Reason(NOT_CARRIED_OUT, {"refusal_zh": zh, "refusal_en": en})


def not_allowed(error: NotAllowed, life: str) -> Reason:
    """The reason for an act that the state of a thing with this lifecycle does not allow; names what it allows."""
    states = lifecycles()[life].states
    state = states[error.state].zh if error.state in states else error.state
    allowed = "、".join(_named(error.allowed, life)) or "无"
    return refused(f"{state}状态不能{act(error.action, life)}；可以：{allowed}", str(error))


def act(action: str, life: str) -> str:
    """An act in Chinese, with the name by which programs give it where it has no words."""
    steps = {step.action: step.zh for step in lifecycles()[life].transitions}
    return steps.get(action) or _ACTS.get(action) or f"“{action}”"


def _named(actions: Iterable[str], life: str) -> list[str]:
    return [act(action, life) for action in actions]
