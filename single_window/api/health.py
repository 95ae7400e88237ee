"""HTTP calls for monitoring, outside /api/v1: liveness, readiness, metrics."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from single_window.api import readiness
from single_window.api.readiness import Checkup
from single_window.frame.http.ports import Ports, ports
from single_window.frame.http.problems import json_response, problem
from single_window.observe.metrics.depths import Gauges
from single_window.observe.metrics.meters import FOLDER, scrape

blueprint = Blueprint("health", __name__)
_CHECKUP = "single-window-checkup"


@blueprint.get("/healthz")
def alive() -> Response:
    """Report that the process answers; nothing else is checked."""
    return json_response(readiness.alive())


@blueprint.get("/readyz")
def ready() -> Response:
    """Report whether everything needed for work is available, check by check; `?exclude=NAME` omits a check."""
    checkup, excluded = _checkup(), request.args.getlist("exclude")
    if unknown := [name for name in excluded if name not in checkup.names]:
        raise problem(
            "wrong-parameter",
            name="exclude",
            path="exclude",
            found=unknown[0],
            reason=f"{unknown[0]} ≠ {', '.join(checkup.names)}",
        )
    checks = checkup.look(excluded)
    response = json_response(readiness.report(checks, excluded), 200 if all(check.passed for check in checks) else 503)
    if response.status_code == 503:
        response.headers["Retry-After"] = str(readiness.RETRY_AFTER_SECONDS)
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return counters and queue depths for Prometheus."""
    at = ports()
    window, settings = at.window, at.window.settings
    gauges = Gauges(
        window.engine,
        settings.data / FOLDER,
        settings.overdue,
        window.wakeups.state,
        at.runtime.alive if at.runtime else None,
    )
    scraped = scrape(gauges, request.headers.get("Accept", ""))
    return Response(scraped.body, content_type=scraped.content_type)


@blueprint.after_request
def fresh(response: Response) -> Response:
    """Forbid caching of answers, because they are only valid now."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _checkup() -> Checkup:
    """Return the application's checkup, which is shared so that hanging checks are not started repeatedly."""
    checkup = current_app.extensions.get(_CHECKUP)
    if not isinstance(checkup, Checkup):
        at: Ports = ports()
        checkup = current_app.extensions.setdefault(_CHECKUP, Checkup(at.window, at.admission, at.runtime))
    return checkup
