"""Reasons that officers choose from, with what they type besides: `review.toml`, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from single_window.language.words import Words

LONGEST = 1_000
Table = Mapping[str, Mapping[str, Sequence[Words]]]


@cache
def _book() -> Table:
    read = tomllib.loads(files("single_window.console").joinpath("review.toml").read_text("utf-8"))
    return {
        subject: {action: [Words(**texts) for texts in chosen] for action, chosen in actions.items()}
        for subject, actions in read.items()
    }


def choices(subject: str) -> Sequence[tuple[str, Words]]:
    """The reasons to choose from for a kind of subject: as a form sends them (action and number), and in words."""
    return [
        (f"{action}.{number}", reason)
        for action, chosen in _book().get(subject, {}).items()
        for number, reason in enumerate(chosen, 1)
    ]


def given(subject: str, action: str, form: Mapping[str, str]) -> str:
    """The reason that a form gives for an action: what was chosen in both languages, then what was typed.

    What was chosen for another action does not count.
    """
    chosen = dict(choices(subject)).get(form.get("chosen", ""))
    if of_another(action, form):
        chosen = None
    parts = [f"{chosen.zh} {chosen.en}" if chosen else "", form.get("reason", "").strip()]
    return "; ".join(filter(None, parts))[:LONGEST]


def of_another(action: str, form: Mapping[str, str]) -> bool:
    """True if the reason that a form chooses is one of another action."""
    chosen = form.get("chosen", "")
    return bool(chosen) and not chosen.startswith(f"{action}.")
