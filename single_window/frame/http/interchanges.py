"""Interchanges of EDIFACT that a call takes in: the CONTRL that answers one, in its own characters."""

from __future__ import annotations

from flask import Response, request

from declarations.calendar import local_time_of
from schemas.edifact.characters import CHARSETS
from schemas.edifact.control import control
from schemas.edifact.interchange import Interchange

EDIFACT = "application/edifact"


def control_of(interchange: Interchange, reference: str, now: int, received_only: bool = False) -> bytes | None:
    """Return the interchange with the CONTRL that answers, of a reference of at most 14 characters; None if its sender
    cannot be answered."""
    return control(interchange, reference=reference, at=local_time_of(now), received_only=received_only)


def text_of(answered: bytes, interchange: Interchange) -> str:
    """Return an answer as text; what its characters cannot be is replaced."""
    return answered.decode(CHARSETS.get(interchange.syntax, "latin-1"), "replace")


def as_edifact(answered: bytes | None, status: int) -> Response | None:
    """Return the answer as EDIFACT, if that is what the caller would rather have and there is one."""
    best = request.accept_mimetypes.best_match(["application/json", EDIFACT])
    return Response(answered, status, mimetype=EDIFACT) if answered is not None and best == EDIFACT else None
