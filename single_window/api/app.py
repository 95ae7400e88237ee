"""Creates the WSGI application: the integrators' API, and the officers' pages if they are installed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, cast

from apiflask import APIFlask, HTTPError
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from schemas.findings import Finding
from single_window import __version__
from single_window.api import openapi, response_headers
from single_window.api.blueprints import WITH_PAGES as WITH_PAGES
from single_window.api.blueprints import blueprints
from single_window.api.blueprints import segment_of as segment_of
from single_window.api.parameter_faults import joined
from single_window.api.server.listener import THREADS
from single_window.api.trying import calling
from single_window.frame.http import budgets, callers, guard, logged_calls, queries, request_ids
from single_window.frame.http.failures import problem_of, release_frames
from single_window.frame.http.long_polls import LongPolls
from single_window.frame.http.ports import EXTENSION, PREFIX, Ports
from single_window.frame.http.problems import MAX_FINDINGS, finding, json_response, refusal
from single_window.intake.admission_queue import AdmissionQueue
from single_window.intake.reader import Reader
from single_window.receipts.changes import Changes
from single_window.settings import Settings
from single_window.wiring import Window
from single_window.work.runtime import Runtime

if TYPE_CHECKING:
    from single_window.accounts.call_limit import CallLimit

CONSOLE = "single_window.console"
PAGES = "error_page"
"""Key of the application's extension that renders an HTML page of findings."""
DOSSIERS = "dossiers"
"""Key of the application's extension that makes dossiers from pages."""
MAX_POLLS = 200
"""Maximum number of waiting polls; further ones are answered at once."""
UNKNOWN_FIELD = "Unknown field."
"""What the validator says of a field that a body does not have."""
_ADVANCE = ("POST", f"{PREFIX}/sandboxes/<name>/clock/advance")


class Application(APIFlask):
    """The application; Flask's repeated checks for coroutines are skipped, because no view is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function unchanged."""
        return func

    def handle_user_exception(self, e: Exception) -> Any:
        """Answer a call that ended with an exception, and release the exception's frames."""
        answer = super().handle_user_exception(e)
        release_frames(e)
        return answer

    def make_default_options_response(self) -> Response:
        """Return the allowed methods of a path (Allow), without a Content-Type."""
        response = super().make_default_options_response()
        del response.headers["Content-Type"]
        return response


def create_app(
    window: Window,
    admission: AdmissionQueue | None = None,
    runtime: Runtime | None = None,
    console: bool = True,
    changes: Changes | None = None,
    polls: int = MAX_POLLS,
    segment: str = "",
) -> APIFlask:
    """Return the application for a window; with a `segment`, only with the calls of that segment.

    Without `admission`, a new one is started for the life of the process. With `console`, the pages of
    `single_window.console` are added if they are installed. The others are as for `ports_of`."""
    at = ports_of(window, admission or AdmissionQueue(window).start(), runtime, changes, polls)
    return application(at, (segment,) if segment else (), console)


def ports_of(
    window: Window,
    admission: AdmissionQueue,
    runtime: Runtime | None = None,
    changes: Changes | None = None,
    polls: int = MAX_POLLS,
) -> Ports:
    """Return the objects that the calls use. Without `runtime`, other processes do the work, and `changes` notifies of
    their results. `polls` is the maximum number of waiting polls."""
    notifier = changes or runtime
    return Ports(
        window=window,
        reader=Reader(window),
        admission=admission,
        runtime=runtime,
        changes=notifier,
        waiting=BoundedSemaphore(polls),
        polls=LongPolls(window.engine, notifier),
        advancing=BoundedSemaphore(budgets.all_budgets()[_ADVANCE].at_once),
        call_limit=_call_limit(window.settings),
        validated=calling.validated,
    )


def application(at: Ports, segments: Collection[str] = (), console: bool = True) -> APIFlask:
    """Return an application with the calls of these path segments, by default of all; with `console`, also with
    the pages."""
    app = Application(
        "single_window.api",
        title="Single Window",
        version=__version__,
        docs_path=None,
        spec_path=f"{PREFIX}/openapi.json",
        static_folder=cast(str, None),
    )
    app.security_schemes = openapi.SECURITY
    app.config.update(openapi.CONFIG, LOCAL_SPEC_JSON_INDENT=0)
    app.extensions[EXTENSION] = at
    settings = at.window.settings
    _guard(app, settings)
    _answer_problems(app)
    for blueprint, prefix in blueprints(segments):
        app.register_blueprint(blueprint, url_prefix=prefix or None)
    app.spec_processor(openapi.complete_document)
    if console and not _add_console(app, settings):
        app.add_url_rule("/", "index", _index)
    return app


def _call_limit(settings: Settings) -> CallLimit | None:
    if not settings.most_calls:
        return None
    from single_window.accounts.call_limit import CallLimit  # imports limits, which is only needed with a limit

    return CallLimit(settings.most_calls)


def _add_console(app: Flask, settings: Settings) -> bool:
    """Register the officers' pages; False if they are not installed."""
    spec = find_spec(CONSOLE)
    if spec is None or spec.origin is None:
        return False
    console = import_module(CONSOLE)
    console.prepare(app, settings)
    app.register_blueprint(console.blueprint)
    app.extensions[PAGES] = console.error_page
    app.extensions[DOSSIERS] = console.dossier
    return True


def _refusal(app: Flask, status: int, findings: Sequence[Finding]) -> Response:
    """Return the response for a refusal: HTML for a browser, if pages are installed, else JSON."""
    page: Callable[[int, Sequence[Finding]], Response] | None = app.extensions.get(PAGES)
    if page is None or request.path.startswith(PREFIX) or not _is_browser():
        return refusal(status, findings)
    return page(status, findings)


def _is_browser() -> bool:
    """True if the client explicitly accepts HTML, and prefers it to or likes it as much as JSON."""
    accepted = request.accept_mimetypes
    named = any(mimetype == "text/html" for mimetype, _ in accepted)
    return named and accepted["text/html"] >= accepted["application/json"]


def _index() -> Response:
    return json_response(
        {"name": "single window", "version": __version__, "api": PREFIX, "description": f"{PREFIX}/openapi.json"}
    )


def _guard(app: Flask, settings: Settings) -> None:
    logged_calls.install(app, settings.call_log)
    request_ids.install(app)
    response_headers.allow_origins(app, settings)
    response_headers.mark_open_desks(app)

    @app.before_request
    def _check() -> None:
        if callers.owner() is None:
            guard.check_host(settings)
            guard.check_size()
        guard.check_text()
        guard.check_origin(settings)
        callers.check_call()
        queries.check_names()

    budgets.install(app, THREADS)

    @app.after_request
    def _harden(response: Response) -> Response:
        if "standing" in g:
            response.headers.update(g.standing.headers)
        hardened = response_headers.HARDENED if request.path.startswith(PREFIX) else response_headers.OF_PAGES
        given = {name.lower() for name, _ in response.headers}
        for name, value in hardened.items():
            if name.lower() not in given:
                response.headers.add(name, value)
        return response


def _answer_problems(app: APIFlask) -> None:
    @app.error_processor
    def _by_apiflask(error: HTTPError) -> Response:
        return _wrong_parameters(error)

    @app.errorhandler(HTTPException)
    def _by_http(error: HTTPException) -> Response:
        response = _refusal(app, *_http(error))
        response.headers.update(
            [header for header in error.get_headers() if header[0] in {"Allow", "Retry-After", "Location"}]
        )
        return response

    @app.errorhandler(Exception)
    def _by_exception(error: Exception) -> Response:
        answer_problem = problem_of(error)
        response = _refusal(app, answer_problem.status, answer_problem.findings)
        response.headers.update(answer_problem.headers)
        return response


def _wrong_parameters(error: HTTPError) -> Response:
    """Return the response with all findings about a request's parameters."""
    wrong = [
        (place, *item) for place, given in error.detail.items() if isinstance(given, dict) for item in given.items()
    ]
    findings = [
        _wrong_parameter(place, steps, reasons)
        for place, name, given in wrong[: MAX_FINDINGS + 1]
        for steps, reasons in _errors_in((name,), given)
    ]
    return refusal(error.status_code, findings or [finding("request", reason=error.message)])


def _wrong_parameter(place: str, steps: Sequence[str | int], reasons: list[str]) -> Finding:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
    if reasons == [UNKNOWN_FIELD] and isinstance(steps[-1], str):
        schemas = queries.schemas_of(current_app.view_functions[request.endpoint or ""], place)
        if (names := queries.names_beside(schemas, steps)) is not None:
            return queries.unknown_name(steps[-1], names, path[:MAX_FINDINGS])
    return finding("wrong-parameter", name=path, reason=joined(reasons), path=path[:MAX_FINDINGS])


def _errors_in(steps: tuple[str | int, ...], given: Any) -> Iterator[tuple[tuple[str | int, ...], list[str]]]:
    """Yield (steps from the root, reasons) for each invalid field of a parameter."""
    if isinstance(given, dict):
        for name, below in given.items():
            yield from _errors_in(steps if name == "_schema" else (*steps, name), below)
    else:
        yield steps, list(map(str, given)) if isinstance(given, list | tuple) else [str(given)]


def _http(error: HTTPException) -> tuple[int, list[Finding]]:
    status = error.code or 500
    if status == 404:
        return 404, [finding("no-such-page", path=request.path)]
    if status == 405:
        allowed = ", ".join(sorted(set(getattr(error, "valid_methods", None) or ()) - {"HEAD", "OPTIONS"}))
        return 405, [finding("wrong-method", path=request.path, method=request.method, allowed=allowed)]
    if status == 400 and request.is_json and (fault := _json_fault(request.get_data())):
        return 400, [fault]
    return status, [finding("request", reason=error.description or error.name)]


def _json_fault(body: bytes) -> Finding | None:
    """Return what is wrong with a body that should be JSON, with its place; None if nothing is."""
    try:
        json.loads(body.decode())
    except json.JSONDecodeError as error:
        return finding("json-unreadable", reason=error.msg, line=error.lineno, column=error.colno)
    except UnicodeDecodeError as error:
        line, column = body.count(b"\n", 0, error.start) + 1, error.start - body.rfind(b"\n", 0, error.start)
        return finding("json-unreadable", reason="these bytes are not UTF-8", line=line, column=column)
    return None
