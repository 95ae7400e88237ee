"""Faults of parameters in Chinese: what validators can say, and what a call answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from apiflask.validators import Length, OneOf, Range, Regexp, Validator
from flask.testing import FlaskClient
from marshmallow import Schema, ValidationError, fields

from single_window.api.app import create_app
from single_window.api.parameter_faults import reason_words
from single_window.cases.overseas.edifact_calls import CountryZone
from single_window.frame.http.documentation import NotBlank
from single_window.wiring import Window
from tests.databases import window_in
from tests.tables import each

FIELDS = [kind() for kind in (fields.Integer, fields.Float, fields.Boolean, fields.String, fields.Date, fields.Dict)]
VALIDATORS: list[tuple[Validator, Any]] = [
    (Length(1, 3), "1234"),
    (Length(min=2), "1"),
    (Length(max=2), "123"),
    (Length(equal=2), "123"),
    (Range(1, 3), 4),
    (Range(min=1), 0),
    (Range(max=1), 2),
    (OneOf(["a", "b"]), "c"),
    (Regexp("a"), "b"),
    (NotBlank(), " "),
    (CountryZone(), "DEU"),
]


def said() -> list[str]:
    """What fields and validators say in English."""
    found = {str(text) for field in (*FIELDS, fields.List(fields.Raw)) for text in field.error_messages.values()}
    found = {text.format(obj_type="date") for text in found if "{input}" not in text and "{awareness}" not in text}
    found |= set(Schema._default_error_messages.values())
    for validator, value in VALIDATORS:
        with pytest.raises(ValidationError) as error:
            validator(value)
        found |= set(map(str, error.value.messages))
    return sorted(text for text in found if "{" not in text)


def test_every_fault_is_said_in_chinese_without_english() -> None:
    names = re.compile(r"true|false|null|JSON|UTF-8|nan|IANA|DEU=Europe/Berlin|a, b")
    words = {text: names.sub("", reason_words(text).zh) for text in said()}
    assert len(words) > 20
    assert {text: zh for text, zh in words.items() if re.search("[A-Za-z]", zh) or not zh} == {}
    assert all(reason_words(text).en == text for text in words)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    window: Window = window_in(tmp_path_factory.mktemp("data"))
    return create_app(window).test_client()


def misspelt(client: FlaskClient) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Method and path of each call with a body in JSON, a field of it, and a body in which that is misspelt."""
    document = client.get("/api/v1/openapi.json").get_json()

    def followed(schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    for path, calls in document["paths"].items():
        for method, call in calls.items():
            said = call.get("requestBody", {}).get("content", {}).get("application/json", {"schema": {}})
            for name, field in followed(said["schema"]).get("properties", {}).items():
                yield method, path, name, {f"{name}x": "a"}
                items = followed(field).get("items")
                for inner in followed(items or field).get("properties", {}):
                    below = {f"{inner}x": "a"}
                    yield method, path, inner, {name: below if items is None else [below]}


def test_a_misspelt_field_of_any_body_is_told_the_one_that_was_meant_and_those_that_there_are(
    client: FlaskClient,
) -> None:
    silent, found = [], 0
    for method, path, name, body in misspelt(client):
        answer = client.open(re.sub(r"\{.*?\}", "x", path), method=method.upper(), json=body)
        if answer.status_code in (403, 404):  # for whoever owns the data folder; of something that is not there
            continue
        told = [finding for finding in answer.get_json()["findings"] if finding["found"] == f"{name}x"]
        found += 1
        if len(told) != 1 or not told[0]["expected"] or f"{told[0]['expected']}?" not in told[0]["en"]:
            silent.append((method, path, name, told))
    assert silent == [] and found > 200


@each(
    ("path", "zh", "en"),
    [
        ("/recalls?limit=x", "参数limit不正确：不是整数", "the parameter limit is wrong: Not a valid integer."),
        (
            "/recalls?limit=501",
            "参数limit不正确：须为1至500",
            "equal to 1 and less than or equal to 500.",
        ),
        (f"/recalls?state={'x' * 31}", "参数state不正确：长度须为0至30", "Length must be between 0 and 30."),
    ],
)
def test_a_call_says_what_is_wrong_with_a_parameter_in_both_languages(
    client: FlaskClient, path: str, zh: str, en: str
) -> None:
    (finding,) = client.get(f"/api/v1{path}").get_json()["findings"]
    assert (finding["code"], finding["zh"]) == ("wrong-parameter", zh) and finding["en"].endswith(en)
