"""A client of the API for tests, which holds every answer against the OpenAPI document."""

from __future__ import annotations

import json
import re
from typing import Any, cast

import jsonschema_rs
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

_OWN = "tests.described"
_documents: dict[frozenset[str], Any] = {}
_validators: dict[tuple[frozenset[str], str], Any] = {}
_PLACE = re.compile(r"<(?:[^<>]*:)?(\w+)>")


class Undescribed(AssertionError):
    """An answer that the OpenAPI document does not describe."""


class DescribedClient(FlaskClient):
    """Raises `Undescribed` for an answer whose status, form or content is not as described."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Call, and look at the answer."""
        answer = super().open(*args, **options)
        if answer.request.path.startswith("/api/v1/"):
            check(cast(APIFlask, self.application), answer.request.method, answer.request.path, answer)
        return answer


def described_client(app: APIFlask) -> FlaskClient:
    """A client of an application, every answer of which must be as described."""
    app.test_client_class = DescribedClient
    return app.test_client()


def check(app: APIFlask, method: str, path: str, answer: Response) -> None:
    """Raises `Undescribed` where an answer is not as the document says; what it does not name is let alone."""
    spec = _spec(app)
    call = _call(app, spec, method, path)
    if call is None:
        return
    responses = call["responses"].get(str(answer.status_code))
    if responses is None:
        raise Undescribed(f"{path} may not answer {answer.status_code}")
    if "$ref" in responses:
        responses = spec["components"]["responses"][responses["$ref"].rpartition("/")[2]]
    if not responses["content"] and not answer.data:
        if "Content-Type" in answer.headers:
            raise Undescribed(f"{path} answers nothing, and says that it is {answer.mimetype}")
        return
    form = responses["content"].get(answer.mimetype)
    if form is None:
        raise Undescribed(f"{path} may not answer {answer.mimetype}, but {list(responses['content'])}")
    if schema := form.get("schema"):
        told = answer.get_json() if answer.is_json else answer.data.decode("latin-1")
        wrong = _validator(app, spec, schema).iter_errors(told)
        result = [f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}" for error in wrong]
        if result:
            raise Undescribed(f"{path}: {result}")


def _call(app: APIFlask, spec: Any, method: str, path: str) -> Any:
    """What the document says of the call that was answered; None: nothing."""
    adapter = app.url_map.bind("localhost")
    if not adapter.test(path, method):
        return None
    rule, _ = adapter.match(path, method, return_rule=True)
    return spec["paths"].get(_PLACE.sub(r"{\1}", rule.rule), {}).get(method.lower())


def own_document(app: APIFlask) -> Any:
    """A document of this application alone, which a test may change."""
    own = app.extensions[_OWN] = json.loads(json.dumps(app.spec))
    return own


def _validator(app: APIFlask, spec: Any, schema: Any) -> Any:
    """The validator of a schema of the document; it is made once for all applications of the same parts."""
    if _OWN in app.extensions:
        return jsonschema_rs.validator_for({"components": spec["components"], **schema})
    key = frozenset(app.blueprints), json.dumps(schema, sort_keys=True)
    if key not in _validators:
        _validators[key] = jsonschema_rs.validator_for({"components": spec["components"], **schema})
    return _validators[key]


def _spec(app: APIFlask) -> Any:
    """The document of an application; it is written once for all applications of the same parts."""
    if _OWN in app.extensions:
        return app.extensions[_OWN]
    parts = frozenset(app.blueprints)
    if parts not in _documents:
        _documents[parts] = json.loads(json.dumps(app.spec))
    return _documents[parts]
