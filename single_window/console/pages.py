"""The console's blueprint and its general pages. Each view reads in one read-only transaction and renders."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from schemas.findings import Finding
from single_window.cases import case_pages, subjects
from single_window.cases.declarations import archived, counting
from single_window.cases.declarations import pages as declarations
from single_window.cases.proposals import pages as proposals
from single_window.channels import connecting
from single_window.console import rail
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages import keys, masking, missing_acts
from single_window.frame.pages.case_lists import CaseList
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.frame.pages.persons import identify_visitor
from single_window.frame.pages.speech import given_day, language, page_words, register, requested_sandbox
from single_window.refused import NotFound
from single_window.store import channels as stored_channels
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.sandboxes import UnknownSandbox

GENERAL = (
    "anchors",
    "away",
    "dossier",
    "front",
    "handed_on",
    "home",
    "keeping",
    "log",
    "own_decisions",
    "queue_page",
    "reveal",
    "sign_in",
    "supervision",
    "undo",
)
"""Modules of this package with pages and forms that are of no subject."""
blueprint = Blueprint(
    "console", __name__, template_folder="templates", static_folder="static", static_url_path="/console/static"
)
register(blueprint)
for module in (*subjects.modules("pages"), *(import_module(f"{__package__}.{name}") for name in GENERAL)):
    if hasattr(module, "register"):
        module.register(blueprint)
case_pages.register(blueprint, subjects.values("pages", DecisionPage))
blueprint.context_processor(proposals.page_words)
blueprint.context_processor(keys.page_words)
_IN_NAVIGATION = [
    rail.KindOfList(here.name, (f"console.{here.name}", f"console.{here.case_page}"), here.opted)
    for here in subjects.values("pages", CaseList)
    if here.case_page
]
blueprint.context_processor(missing_acts.page_words)
blueprint.context_processor(lambda: {"lookups": lambda: rail.lookups(_IN_NAVIGATION)})
blueprint.before_app_request(identify_visitor)


def day() -> str | AnyResponse:
    """Show the counts of the requested day, of all days, or of the last day with messages. If no sandbox is requested
    and `main` has no messages, redirect to the sandbox with the oldest message."""
    wanted = request.args.get("day", "")
    with reading(ports().window.engine) as connection:
        if not request.args.get("sandbox") and (busy := counting.busy_sandbox(connection)):
            return redirect(f"{url_for('console.day')}?{urlencode({**request.args.to_dict(), 'sandbox': busy})}", 303)
        sandbox = requested_sandbox(connection)
        chosen = None if wanted == "all" else given_day(wanted) or counting.latest_day(connection, sandbox)
        counts = counting.count_day(connection, sandbox, chosen)
        newest = declarations.newest(connection, sandbox)
        return render_template("console/day.html", counts=counts, every=wanted == "all", **newest)


@blueprint.errorhandler(NotFound)
@blueprint.errorhandler(UnknownSandbox)
def missing(error: LookupError) -> tuple[str, int]:
    """Show that the requested case or sandbox does not exist."""
    with reading(ports().window.engine) as connection:
        return render_template("console/missing.html", names=sandboxes.names(connection), sandbox="", error=error), 404


def error_page(status: int, findings: Sequence[Finding]) -> Response:
    """Return an HTML page of findings with this status, in the language of the request; it needs no database."""
    page = render_template(
        "console/error.html",
        status=status,
        findings=findings,
        lookups=lambda: rail.lookups(_IN_NAVIGATION),
        **page_words(),
        **keys.page_words(),
        **missing_acts.page_words(),
        undo_offers=tuple,
        handed_on=lambda: None,
        told_decision=lambda parameter: None,
    )
    return shield(make_response(page, status))


def raw(message_id: int) -> str:
    """Show the beginning of an archived message's text, with masked identity numbers."""
    with reading(ports().window.engine) as connection:
        document = archived.read_text(connection, requested_sandbox(connection), message_id)
        return render_template(
            "console/raw.html", document=document, text=masking.mask_xml(document.text), most=archived.MAX_CHARACTERS
        )


def channels() -> str:
    """Show all channels of the sandbox with their addresses, positions and failures."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        next_at = {
            (channel.dxp_id, channel.kind): channel.next_at
            for channel in stored_channels.of_sandbox(connection, sandbox)
        }
        shown = connecting.channels_out(connection, sandbox)
    return render_template(
        "console/channels.html", listed=[(channel, next_at[channel.mailbox, channel.kind]) for channel in shown]
    )


add_page(blueprint, "/day", "day", day)
add_page(blueprint, "/messages/<int:message_id>/raw", "raw", raw)
add_page(blueprint, "/channels", "channels", channels, ("see_operations",))


@blueprint.after_request
def shield(response: Response) -> Response:
    """Add the security headers of pages: no inline scripts and no external resources."""
    # an image has a stricter policy already
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
    )
    response.headers["Referrer-Policy"] = "same-origin"
    if response.cache_control.public:  # what everybody may keep, alike in each language
        return response
    if request.endpoint != "console.static":
        response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language()
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response
