"""The return statuses by which the port answers a transmission of a document at once."""

from __future__ import annotations

from functools import cache

from schemas import catalogue

STAGED, DECLARED = "1", "2"
FIRST_ANSWERS = frozenset({STAGED, DECLARED})


def is_refusal(status: str) -> bool:
    """True if a status says that a transmission of a document was refused, which changes no state."""
    return status.startswith("-")


@cache
def repetition_statuses(kind: str) -> frozenset[str]:
    """The codes by which the port refuses a document of a kind because it knows its key already. That a document is
    missing is said by agencies, too, about what a request concerns."""
    known = catalogue.handled().get(kind)
    return frozenset(known.duplicate) - {known.duplicate.missing} if known is not None else frozenset()
