"""Parameters and responses of several calls, for the OpenAPI document."""

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

MAX_WAIT_SECONDS = 30
MAX_RECEIPTS = MAX_PARKED = 1_000
TRIAL = "trial"
"""The parameter with which a call that makes messages files none of them."""
MAKE_MESSAGES: set[tuple[str, str]] = set()
"""(method, path) of the calls that have it."""
BODIES: dict[tuple[str, str], dict[str, Any]] = {}
"""(Method, path) of calls that read their body as it is → its description in the OpenAPI document."""
KEY, ACCOUNT = "key", "officer"
"""Names of the OpenAPI security schemes: a program's key, an officer's account."""


def raw_body(description: str, *media_types: str, **schema: Any) -> dict[str, Any]:
    """Return the OpenAPI description of a body that a call reads as it is: its media types, and further words of its
    JSON schema (a text, if these do not say otherwise)."""
    told = {"type": "string", "description": description, **schema}
    return {"required": True, "content": {media_type: {"schema": told} for media_type in media_types}}


def schema_of(media_type: str) -> dict[str, Any]:
    """Return the schema of an answer of a media type of which nothing else is said."""
    if media_type == "application/ld+json":
        return {"type": "object"}
    is_text = media_type.startswith("text/") or media_type.lower().endswith(("xml", "jsonl", "edifact"))
    return {"type": "string"} if is_text else {"type": "string", "format": "binary"}


def answer(description: str, schema: type[Answer] | UnionType | None = None, *others: str) -> Any:
    """Return the OpenAPI description of a response: its JSON schema (for a union: any of these) and other media
    types."""
    content: dict[str, Any] = {"application/json": {"schema": _reference(schema)}} if schema else {}
    return {
        "description": description,
        "content": {**content, **{name: {"schema": schema_of(name)} for name in others}},
    }


def _reference(schema: type[Answer] | UnionType) -> dict[str, Any]:
    references = [{"$ref": REF.format(name=kind.__name__)} for kind in get_args(schema) or (schema,)]
    return references[0] if len(references) == 1 else {"anyOf": references}


def refused(description: str) -> Any:
    """Return the OpenAPI description of a refusal."""
    return {"description": description, "content": {PROBLEM_JSON: {"schema": _reference(RefusedOut)}}}


class NotBlank(Validator):
    """A validator that refuses blank texts."""

    def __call__(self, value: str) -> str:
        if not value.strip():
            raise ValidationError("it is blank")
        return value


class ReceiptsIn(Schema):
    """The receipts to return."""

    mailbox = String(required=True, validate=Length(1, 30), metadata={"description": "DXP id"})
    after = Integer(load_default=0, validate=Range(0, 2**62))
    wait = Integer(load_default=0, validate=Range(0, MAX_WAIT_SECONDS), metadata={"description": "seconds"})
    limit = Integer(load_default=100, validate=Range(1, MAX_RECEIPTS))
    format = String(load_default="", validate=OneOf(["", "json", "xml"]))
    body = Boolean(load_default=True, metadata={"description": "as JSON: with the XML of every receipt"})
    peek = Boolean(load_default=False, metadata={"description": "true: who looks on; the receipts are not taken by it"})


class ValidateIn(Schema):
    """The documents to validate against."""

    against = String(
        load_default="upload",
        validate=OneOf(["upload", "stored"]),
        metadata={
            "description": "the documents to compare with: upload, the others of the same upload; "
            "stored, also those stored in the sandbox"
        },
    )
    trial = Boolean(
        load_default=True,
        metadata={
            "description": "file the messages in the sandbox and tell the receipts, in a transaction of which nothing "
            "stays; false: validate the documents alone"
        },
    )


class ParkedIn(Schema):
    """The parked deliveries to list."""

    state = String(
        load_default="parked",
        validate=OneOf(["parked", "dismissed", "open"]),
        metadata={"description": "open: not processed yet"},
    )
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=100, validate=Range(1, MAX_PARKED))
    traceback = Boolean(load_default=False)


class ChosenIn(Schema):
    """Deliveries by id, or all parked ones of the sandbox."""

    ids = List(Integer(validate=Range(1, 2**62)), load_default=list, validate=Length(0, MAX_PARKED))
    all = Boolean(load_default=False)


class RetriedIn(ChosenIn):
    """Deliveries to retry, and the seconds to wait for their results."""

    wait = Integer(load_default=0, validate=Range(0, MAX_WAIT_SECONDS), metadata={"description": "seconds"})


class DismissedIn(ChosenIn):
    """Deliveries to dismiss, parked or open, and the reason."""

    reason = String(required=True, validate=[Length(1, 1_000), NotBlank()], metadata={"description": "stored"})


BY_ACCOUNT = {
    401: refused("name and password are wrong or missing"),
    403: refused("the account has no right to it"),
    429: refused("too many failed sign-ins; retry after Retry-After seconds"),
}
"""Refusals of a call that needs an account."""
