"""How commands tell what became of a decision."""

from __future__ import annotations

from typing import Any

import click

from single_window.commands.call import FAILED, Call
from single_window.language import words
from single_window.work import decisions


def answered(decided: decisions.Decided) -> dict[str, Any]:
    """What programs read of a decision: its id, whether it was refused or is only proposed, and why."""
    return {"decision": decided.id, "refused": decided.refused, "proposed": decided.proposed, "reasons": decided.answer}


def tell_refusal(call: Call, decided: decisions.Decided, look: str) -> None:
    """Say why a decision was not carried out, or that it waits still, and end with exit code 1; `look` is the command
    that shows more. Nothing where it was carried out."""
    if decided.done:
        return
    if decided.proposed:
        call.say(f"It waits for a second person: single-window proposal approve {decided.id} --as …{call.aside}")
        return
    if decided.refused:
        call.say(f"It was not carried out: {'; '.join(call.pick(words.said(reason)) for reason in decided.answer)}")
    else:
        call.say(f"It has not been answered yet; see: {look}")
    raise click.exceptions.Exit(FAILED)
