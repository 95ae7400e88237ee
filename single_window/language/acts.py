"""Words for officers' acts, whatever their subject."""

from __future__ import annotations

from declarations.lifecycle import OFFICER, all_lifecycles
from gateways.agency import agencies
from single_window.language import phrases
from single_window.language.words import Words

_LIVES = (
    *("declaration", "cancellation", "refund"),
    *(
        lives
        for agency in agencies().values()
        for lives in agency.subjects.values()
        if lives in all_lifecycles() and any(OFFICER in step.by for step in all_lifecycles()[lives].transitions)
    ),
)
"""Lifecycles in the order in which their names of acts are preferred."""


_NOT_STEPS = {
    ("tax_bill", "pay"): "pay_bill",
    ("proposal", "approve"): "approve",
    ("proposal", "decline"): "decline",
    ("proposal", "withdraw"): "withdraw",
}
"""Acts that are no steps of a lifecycle, though one has a step of that name: (subject, action) -> their name here."""
_OWN = {subject: lives for agency in agencies().values() for subject, lives in agency.subjects.items()}


def act_words(action: str, subject: str = "") -> Words:
    """Return the name of an officer's act about a kind of subject; if lifecycles name it differently and that kind has
    no such act, or none is given, that of lists is preferred."""
    if (subject, action) in _NOT_STEPS:
        return phrases.phrase("other_act", _NOT_STEPS[subject, action])
    own = _OWN.get(subject, "")
    names = (phrases.act(action, name) for name in (own, *_LIVES) if name in all_lifecycles())
    return next((named for named in names if named.zh != action), phrases.phrase("other_act", action))
