"""Whatever is asked, allowed by the description or not, is answered as it says, and never with 500."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import checks as standard

from single_window.api import create_app
from single_window.intake.admission_queue import AdmissionQueue
from tests.databases import window_in
from tests.stories.story import StoryRunner

FEW, MANY = 1, 60


@schemathesis.serializer("application/edifact", "text/csv")
def text_alone(_: Any, value: Any) -> bytes:
    """The body of a file that is text."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
"""Left out: that what fits the schema is accepted (rules refuse more), and that calls need credentials (the operator's
own machine needs none)."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, dict[str, list[str]]]]:
    """An application whose sandbox has seen trades, and the names of what is there."""
    window = window_in(tmp_path_factory.mktemp("described"), synchronous="OFF")
    story = StoryRunner(window)
    sound, rejected = story.trade(0), story.trade(1, fault="amount_differs")
    story.send(sound)
    story.send(rejected)
    window.advance(story.sandbox, window.now(story.sandbox) + 1)
    admission = AdmissionQueue(window).start()
    known = {
        "number": [sound.id, rejected.id, "1"],
        "mailbox": [sound.parties.sender(kind).dxp_id for kind in ("order", "inventory")],
        "name": [story.sandbox],
        "code": ["1332", sound.parties.sender("order").code],
        "kind": ["participants", "webhook"],
        "invt_no": [str(story.column(sound, "invt_no"))],
        "path": ["ceb/2022-05/CEB621Message.xsd"],
    }
    yield create_app(window, admission=admission), known
    admission.stop()
    window.close()


def _request_of(case: Any, known: dict[str, list[str]], choose: Any) -> None:
    case.headers = {**(case.headers or {}), "X-Sandbox": "story"}
    for names in (case.path_parameters, case.query):
        for name in names or {}:
            if name in known and choose(st.booleans()):
                names[name] = choose(st.sampled_from(known[name]))
    if "wait" in (case.query or {}):
        case.query["wait"] = 0
    if isinstance(case.body, dict) and "timeout" in case.body:
        case.body["timeout"] = 0


def _wrong(app: Flask, known: dict[str, list[str]], examples: int) -> dict[str, str]:
    results: dict[str, str] = {}
    standard.load_all_checks()
    checks = [standard.CHECKS.get_one(name) for name in CHECKS]
    for operation_found in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations():
        operation = operation_found.ok()
        if operation.method == "delete" and operation.path.endswith("/sandboxes/{name}"):
            continue

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=operation.as_strategy(), data=st.data())
        def ask(case: Any, data: Any) -> None:
            label = case.operation.label
            _request_of(case, known, data.draw)
            try:
                case.call_and_validate(checks=checks)
            except BaseExceptionGroup as several:
                results.update(
                    {f"{label} {type(exception).__name__}": str(exception) for exception in several.exceptions}
                )
            except AssertionError as failure:
                results[f"{label} {type(failure).__name__}"] = str(failure)

        ask()
    return results


@pytest.mark.long
@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
def test_every_answer_is_as_the_description_says(played: tuple[Flask, dict[str, list[str]]], examples: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert _wrong(*played, examples) == {}
