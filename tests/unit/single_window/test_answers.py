"""Answers as typed values: what is made of a record, and what the OpenAPI document says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, NamedTuple

import jsonschema_rs
import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType

from declarations.reasons import Reason
from single_window.api import create_app
from single_window.frame import typed
from single_window.frame.typed import Amount, Answer, CaseOut, HistoryOut, Instant, Reasons
from tests.databases import window_in
from tests.described import Undescribed, described_client, own_document
from tests.tables import each


class ClaimOut(CaseOut, frozen=True, kw_only=True):
    """A claim, for these tests."""

    LIFECYCLE: ClassVar[str] = "refund_claim"
    state: str
    paid: Annotated[Amount, Meta(description="in yuan")]
    filed_at: Instant
    due_at: Instant
    reasons: Reasons
    state_zh: str
    state_en: str
    link: str
    history: tuple[HistoryOut, ...] | UnsetType = UNSET


class Claim(NamedTuple):
    """A record, with a field that no answer holds."""

    state: str = "in_review"
    paid: int = 1_234_500_000
    filed_at: int = 1_764_547_200_000
    due_at: int = 0
    reasons: tuple[Reason, ...] = (Reason("20602", {"invoice": "24100000"}),)
    secret: str = "nobody's business"
    history: str = "not the lines"


def test_a_case_takes_the_fields_of_its_record_each_as_its_type_says() -> None:
    result = msgspec.to_builtins(ClaimOut.of(Claim(), link="/here"))

    assert list(result) == ["state", "paid", "filed_at", "due_at", "reasons", "state_zh", "state_en", "link"]
    assert (result["paid"], result["filed_at"], result["due_at"]) == ("12345.00", "2025-12-01T00:00:00.000Z", "")
    assert (result["state_en"], result["link"]) == ("in review", "/here")
    [reason] = result["reasons"]
    assert reason["code"] == "20602"
    assert "24100000" in reason["zh"]


def test_what_a_record_lacks_must_be_given() -> None:
    with pytest.raises(AttributeError, match="link"):
        ClaimOut.of(Claim())


def test_a_state_that_the_lifecycle_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError, match="lost"):
        ClaimOut.of(Claim(state="lost"), link="")


def test_the_schema_is_that_of_the_class() -> None:
    schema = typed.schemas()["ClaimOut"]

    assert schema["properties"]["paid"] == {"type": "string", "description": "in yuan"}
    assert schema["properties"]["reasons"]["items"] == {"$ref": "#/components/schemas/ReasonOut"}
    assert "history" in schema["properties"]
    assert "history" not in schema["required"]
    assert set(schema["required"]) == set(schema["properties"]) - {"history"}


def test_every_class_of_answers_has_its_schema_under_a_name_of_its_own() -> None:
    schemas = typed.schemas()

    def classes(base: type[Answer]) -> list[type[Answer]]:
        return [inner for answer in base.__subclasses__() for inner in (answer, *classes(answer))]

    named = [answer.__name__ for answer in classes(Answer) if answer is not CaseOut]
    assert len(named) == len(set(named))
    assert set(named) <= set(schemas)


def test_answers_that_are_not_as_described_are_found(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    app = create_app(window)
    client = described_client(app)
    client.get("/api/v1/refunds")
    client.get("/api/v1/refunds/nothing")
    document = own_document(app)
    document["components"]["schemas"]["RefundsOut"]["properties"]["next"] = {"type": "integer"}
    with pytest.raises(Undescribed, match="next"):
        client.get("/api/v1/refunds")
    del document["components"]["schemas"]["RefundsOut"]
    with pytest.raises(jsonschema_rs.ValidationError, match="does not exist"):
        client.get("/api/v1/refunds")
    del document["paths"]["/api/v1/refunds"]["get"]["responses"]["200"]
    with pytest.raises(Undescribed, match="may not answer 200"):
        client.get("/api/v1/refunds")
    window.close()


@each("name", ["ExplanationOut", "NotesOut"])
def test_a_described_answer_names_every_field_of_its_parts(name: str) -> None:
    schemas = typed.schemas()

    def parts(schema: Any) -> list[dict[str, Any]]:
        """The objects within a schema, those it refers to included."""
        if isinstance(schema, list):
            return [part for inner in schema for part in parts(inner)]
        if not isinstance(schema, dict):
            return []
        if "$ref" in schema:
            return parts(schemas[schema["$ref"].rpartition("/")[2]])
        found = [part for inner in schema.values() for part in parts(inner)]
        return [schema, *found] if schema.get("type") == "object" else found

    described = parts(schemas[name])
    assert len(described) > 10
    assert all("properties" in part or part["additionalProperties"] == {"type": "string"} for part in described)
