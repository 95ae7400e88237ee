"""Faults of parameters in Chinese: what validators can say, and what a call answers."""

from __future__ import annotations

import re
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
