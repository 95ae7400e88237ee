"""Parameters and answers that many calls share, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Validator
from marshmallow import ValidationError

from single_window.answers.findings import RefusedOut
from single_window.answers.typed import REF, Answer
from single_window.api.problems import PROBLEM_JSON

LONGEST_WAIT = 30
MOST_RECEIPTS = MOST_PARKED = 1_000
KEY, ACCOUNT = "key", "officer"
"""The security schemes of calls: a program's key, an officer's account."""


def answer(description: str, schema: type[Schema] | type[Answer] | None = None, *others: str) -> Any:
    """One answer of a call: what it means, its JSON, and in which other forms it comes."""
    typed = isinstance(schema, type) and issubclass(schema, Answer)
    shape = {"$ref": REF.format(name=schema.__name__)} if schema and typed else schema
    content: dict[str, Any] = {"application/json": {"schema": shape}} if schema else {}
    return {"description": description, "content": {**content, **{media_type: {} for media_type in others}}}


def refused(description: str) -> Any:
    """How a call is refused: what that means."""
    schema = {"$ref": REF.format(name=RefusedOut.__name__)}
    return {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}


class NotBlank(Validator):
    """Something that can be read."""

    def __call__(self, value: str) -> str:
        if not value.strip():
            raise ValidationError("it is blank")
        return value


class FindingOut(Schema):
    """What is wrong, where, and what to do about it."""

    code = String()
    zh = String()
    en = String()
    document = Integer(allow_none=True, metadata={"description": "which document of the message, from 1"})
    path = String(metadata={"description": "element path from the root, or the name of a parameter"})
    line = Integer(allow_none=True)
    expected = String()
    found = String()
    remedy_zh = String()
    remedy_en = String()
    warning = Boolean(metadata={"description": "true: told, but nothing is refused for it"})


class ReceiptsIn(Schema):
    """Which receipts."""

    mailbox = String(required=True, validate=Length(1, 30), metadata={"description": "DXP id"})
    after = Integer(load_default=0, validate=Range(0, 2**62))
    wait = Integer(load_default=0, validate=Range(0, LONGEST_WAIT), metadata={"description": "seconds"})
    limit = Integer(load_default=100, validate=Range(1, MOST_RECEIPTS))
    format = String(load_default="", validate=OneOf(["", "json", "xml"]))
    body = Boolean(load_default=True, metadata={"description": "as JSON: with the XML of every receipt"})


class ValidateIn(Schema):
    """How to validate."""

    against = String(
        load_default="upload",
        validate=OneOf(["upload", "stored"]),
        metadata={
            "description": "what documents are compared with: upload, the others of the same upload; "
            "stored, also those that the sandbox holds"
        },
    )


class FieldOut(Schema):
    """One field that a finding concerns, in one document."""

    kind = String(metadata={"description": "kind of the document, such as order or inventory"})
    number = String(metadata={"description": "the document's number as its sender gave it"})
    document = Integer(metadata={"description": "which document of its message, from 1"})
    path = String()
    line = Integer(allow_none=True, metadata={"description": "line of the message as it was sent"})
    found = String()
    expected = String(metadata={"description": "what should stand there, or what the other document says"})


class ToldOut(FindingOut):
    """A finding of a validation, with every field concerned."""

    stage = String(metadata={"description": "form, port or customs"})
    fields_ = List(Nested(FieldOut), data_key="fields")


class ValidationOut(Schema):
    """Everything about a message."""

    valid = Boolean(metadata={"description": "whether port and customs would take it, as far as one message can tell"})
    type = String()
    title_zh = String()
    title_en = String()
    edition = String()
    sender = String()
    transmission_id = String()
    size = Integer()
    count = Integer(metadata={"description": "documents in it"})
    repeats = Dict(allow_none=True, metadata={"description": "the earlier message with the same id or bytes"})
    documents = List(Dict())
    findings = List(Nested(ToldOut))
    messages = List(Dict(), metadata={"description": "of several messages: the same of each"})


class ParkedIn(Schema):
    """Which parked deliveries."""

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


class DismissedIn(ChosenIn):
    """Some deliveries, parked or still open, and why nothing is to be done about them."""

    reason = String(required=True, validate=[Length(1, 1_000), NotBlank()], metadata={"description": "kept"})


BY_ACCOUNT = {
    401: refused("name and password are wrong or missing"),
    403: refused("the account has no right to it"),
    429: refused("too many sign-ins failed; Retry-After says when to come again"),
}
"""How a call that needs an account is refused."""
