"""Whatever a query says, no page and no call fails: every GET route, every parameter that it reads."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from inspect import getsource, unwrap
from itertools import cycle, islice

import pytest
from flask import Flask
from played_trades import SANDBOX, play

from single_window.api import create_app
from single_window.frame.pages.case_lists import CaseList
from single_window.intake.admission_queue import AdmissionQueue
from single_window.settings import Settings
from single_window.wiring import Window
from tests.officers import signed_in
from tests.tables import each

VALUES = (
    "",
    "-1",
    "x",
    "9999-12-31",
    "0001-01-01",
    "9" * 19,
    str(2**63),
    "9" * 5_000,
    "1e9",
    "%",
    "|",
    "\u0663",
    "\u00b2",
    "in_review",
    "E",
)
READS = re.compile(r'args(?:\.get\(|\[)\s*"(\w+)"|getlist\("(\w+)"')
WAITS = {"wait"}
"""Parameters that make a call last."""
BRIEFLY = {"wait_for": {"timeout": "0"}}
"""What is said beside a parameter, so that a call is answered soon."""


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    opened = Window(Settings(data=play(tmp_path_factory.mktemp("data")).data, readers=0))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(window: Window) -> Flask:
    return create_app(window, admission=AdmissionQueue(window))


def _routes(app: Flask) -> dict[str, str]:
    """Every GET route with its endpoint."""
    return {
        rule.rule: rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/console/static")
    }


def _parameters(app: Flask, endpoint: str) -> list[str]:
    """What the module of a view reads of a query, by itself or as a list of cases, and what its schemas describe."""
    view = app.view_functions[endpoint]
    module = sys.modules[unwrap(view).__module__]
    result = {name for pair in READS.findall(getsource(module)) for name in pair if name}
    described = getattr(view, "_spec", {}).get("args", ())
    result |= {name for schema, *_ in described for name in schema.fields}
    for shown in (*vars(module).values(), getattr(view, "__self__", None)):
        if isinstance(shown, CaseList):
            result |= {*shown.filters, shown.kind.following}
    return sorted({*result, *(("lang",) if endpoint.startswith("console.") else ())} - WAITS)


def _filled(rule: str, value: str) -> str:
    return re.sub(r"<(?:\w+:)?\w+>", value, rule)


def test_the_parameters_of_a_route_are_found(app: Flask) -> None:
    routes = _routes(app)
    assert "day" in _parameters(app, routes["/day"])
    assert {"before", "state", "flow", "number"} <= set(_parameters(app, routes["/declarations"]))
    assert {"before", "state"} <= set(_parameters(app, routes["/refunds"]))
    assert {"limit", "before", "state"} <= set(_parameters(app, routes["/api/v1/declarations"]))


@pytest.mark.long
@pytest.mark.parametrize("share", [15, pytest.param(1, marks=pytest.mark.long)], ids=["some values", "all values"])
def test_no_query_is_answered_with_an_error_of_ours(app: Flask, share: int) -> None:
    client, failed, values = app.test_client(), [], cycle(VALUES)
    for rule, endpoint in _routes(app).items():
        for name in _parameters(app, endpoint):
            for value in islice(values, len(VALUES) // share):  # of some, each parameter has the next ones
                answer = client.get(
                    _filled(rule, "1"),
                    query_string={"sandbox": SANDBOX, **BRIEFLY.get(name, {}), name: value},
                    headers={"X-Sandbox": SANDBOX},
                )
                if answer.status_code >= 500 and rule != "/readyz":
                    failed.append((rule, name, value[:30], answer.status_code))
    assert failed == []


@pytest.mark.long
def test_no_path_is_answered_with_an_error_of_ours(app: Flask) -> None:
    client, failed = app.test_client(), []
    for rule in _routes(app):
        for value in VALUES if "<" in rule else ():
            answer = client.get(
                _filled(rule, value.replace("%", "%25")),
                query_string={"sandbox": SANDBOX},
                headers={"X-Sandbox": SANDBOX},
            )
            if answer.status_code >= 500:
                failed.append((rule, value[:30], answer.status_code))
    assert failed == []


@each("form", [{"act": "retry", "id": "9" * 5_000}, {"act": "retry", "id": str(2**63)}, {"act": "dismiss", "id": "x"}])
def test_no_form_of_parked_work_is_answered_with_an_error_of_ours(
    app: Flask, window: Window, form: dict[str, str]
) -> None:
    administrator = signed_in(app.test_client(), window, "wu", "administrator")
    assert administrator.post(f"/parked?sandbox={SANDBOX}", data=form).status_code in {303, 400, 422}
