"""Parameters and answers that many calls share, as the OpenAPI document describes them."""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args

from apiflask import Schema
from apiflask.fields import Boolean, Integer, List, String
from apiflask.validators import Length, OneOf, Range, Validator
from marshmallow import ValidationError

from single_window.frame.findings import RefusedOut
from single_window.frame.http.problems import PROBLEM_JSON
from single_window.frame.typed import REF, Answer

LONGEST_WAIT = 30
MOST_RECEIPTS = MOST_PARKED = 1_000
KEY, ACCOUNT = "key", "officer"
"""The security schemes of calls: a program's key, an officer's account."""


def answer(description: str, schema: type[Answer] | UnionType | None = None, *others: str) -> Any:
    """One answer of a call: what it means, its JSON (of a union: any of these), and in which other forms it comes."""
    content: dict[str, Any] = {"application/json": {"schema": _reference(schema)}} if schema else {}
    return {"description": description, "content": {**content, **{media_type: {} for media_type in others}}}


def _reference(schema: type[Answer] | UnionType) -> dict[str, Any]:
    references = [{"$ref": REF.format(name=kind.__name__)} for kind in get_args(schema) or (schema,)]
    return references[0] if len(references) == 1 else {"anyOf": references}


def refused(description: str) -> Any:
    """The description of a refusal of a call: what it means."""
    return {"description": description, "content": {PROBLEM_JSON: {"schema": _reference(RefusedOut)}}}


class NotBlank(Validator):
    """Something that can be read."""

    def __call__(self, value: str) -> str:
        if not value.strip():
            raise ValidationError("it is blank")
        return value


class ReceiptsIn(Schema):
    """The receipts to give."""

    mailbox = String(required=True, validate=Length(1, 30), metadata={"description": "DXP id"})
    after = Integer(load_default=0, validate=Range(0, 2**62))
    wait = Integer(load_default=0, validate=Range(0, LONGEST_WAIT), metadata={"description": "seconds"})
    limit = Integer(load_default=100, validate=Range(1, MOST_RECEIPTS))
    format = String(load_default="", validate=OneOf(["", "json", "xml"]))
    body = Boolean(load_default=True, metadata={"description": "as JSON: with the XML of every receipt"})


class ValidateIn(Schema):
    """The way to validate."""

    against = String(
        load_default="upload",
        validate=OneOf(["upload", "stored"]),
        metadata={
            "description": "what documents are compared with: upload, the others of the same upload; "
            "stored, also those that the sandbox holds"
        },
    )


class ParkedIn(Schema):
    """The parked deliveries to give."""

    state = String(
        load_default="parked",
        validate=OneOf(["parked", "dismissed", "open"]),
        metadata={"description": "open: not dealt with yet"},
    )
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=100, validate=Range(1, MOST_PARKED))
    traceback = Boolean(load_default=False)


class ChosenIn(Schema):
    """Some deliveries by id, or all that are parked in the sandbox."""

    ids = List(Integer(validate=Range(1, 2**62)), load_default=list, validate=Length(0, MOST_PARKED))
    all = Boolean(load_default=False)


class RetriedIn(ChosenIn):
    """Some deliveries, and how long to wait for what becomes of them."""

    wait = Integer(load_default=0, validate=Range(0, LONGEST_WAIT), metadata={"description": "seconds"})


class DismissedIn(ChosenIn):
    """Some deliveries, parked or still open, and why nothing is to be done about them."""

    reason = String(required=True, validate=[Length(1, 1_000), NotBlank()], metadata={"description": "kept"})


BY_ACCOUNT = {
    401: refused("name and password are wrong or missing"),
    403: refused("the account has no right to it"),
    429: refused("too many sign-ins failed; Retry-After says when to come again"),
}
"""How a call that needs an account is refused."""
