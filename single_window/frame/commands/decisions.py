"""How commands show what became of a decision."""

from __future__ import annotations

from typing import Any

import click

from single_window.frame.commands.call import FAILED, Call, Failure
from single_window.language import phrases
from single_window.wiring import Window
from single_window.work import decisions


def carried_out(call: Call, window: Window, number: int, look: str) -> decisions.Decided:
    """What became of a decision that was filed; `look` is the command that shows more. Fails where nobody did it in
    time."""
    if not call.work(window):
        raise Failure(f"It is filed, but the running window has not done it yet; see: {look}")
    return decisions.outcome(window, call.sandbox, number)


def answered(decided: decisions.Decided) -> dict[str, Any]:
    """What programs read of a decision: its id, whether it was refused or is only proposed, and why."""
    return {"decision": decided.id, "refused": decided.refused, "proposed": decided.proposed, "reasons": decided.answer}


def show_refusal(call: Call, decided: decisions.Decided, look: str) -> None:
    """Say why a decision was not carried out, or that it waits still, and end with exit code 1; `look` is the command
    that shows more. Nothing where it was carried out."""
    if decided.done:
        return
    if decided.proposed:
        call.say(
            f"It waits for a second person: single-window act {decided.id} approve --about proposal --as …{call.aside}"
        )
        return
    if decided.refused:
        call.say(
            f"It was not carried out: {'; '.join(call.pick(phrases.of_reason(reason)) for reason in decided.answer)}"
        )
    else:
        call.say(f"It has not been answered yet; see: {look}")
    raise click.exceptions.Exit(FAILED)
