"""The pages. Each view reads what it shows in one read-only transaction and renders it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from declarations.lifecycle import LIFECYCLE_OF
from single_window.cases import decision_pages
from single_window.cases import declarations as stories
from single_window.cases.batches import pages as batches
from single_window.cases.declarations import decisions as acts
from single_window.cases.declarations import inspection_pages as inspections
from single_window.cases.declarations import pages as recent
from single_window.cases.declarations import story_page
from single_window.cases.exchange import pages as exchange
from single_window.cases.guarantees import pages as guarantees
from single_window.cases.parameters import pages as parameters
from single_window.cases.parked import pages as parked
from single_window.cases.payment_requests import pages as payment_requests
from single_window.cases.proposals import pages as proposals
from single_window.cases.refunds import pages as refunds
from single_window.cases.registrations import pages as registrations
from single_window.cases.summaries import pages as summaries
from single_window.console import channels, log, raw, reveal, review, sign_in, supervision
from single_window.frame.http.ports import ports
from single_window.frame.not_found import LARGEST_ID, NotFound
from single_window.frame.pages.persons import identify
from single_window.frame.pages.shielding import shield
from single_window.frame.pages.speech import given_day, link, register, requested_sandbox
from single_window.language import words
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.sandboxes import UnknownSandbox

DECISION_PAGES = (
    story_page.LIST_PAGE,
    story_page.REQUEST_PAGE,
    inspections.PAGE,
    batches.PAGE,
    refunds.PAGE,
    registrations.PAGE,
    exchange.PAGE,
    proposals.PAGE,
    parameters.PAGE,
    guarantees.PAGE,
)
"""Pages on which is decided."""
blueprint = Blueprint(
    "console", __name__, template_folder="templates", static_folder="static", static_url_path="/console/static"
)
register(blueprint)
parked.register(blueprint)
raw.register(blueprint)
reveal.register(blueprint)
batches.register(blueprint)
summaries.register(blueprint)
refunds.register(blueprint)
registrations.register(blueprint)
log.register(blueprint)
parameters.register(blueprint)
guarantees.register(blueprint)
inspections.register(blueprint)
exchange.register(blueprint)
channels.register(blueprint)
payment_requests.register(blueprint)
decision_pages.register(blueprint, DECISION_PAGES)
review.register(blueprint)
sign_in.register(blueprint)
blueprint.context_processor(proposals.page_words)
supervision.register(blueprint)
blueprint.before_app_request(identify)
blueprint.after_request(shield)


@blueprint.get("/")
def day() -> str | AnyResponse:
    """The day's counts: of the requested day, of all days, or of the last day on which something came. Where no sandbox
    is named and nothing has come to `main`, of the one that began first."""
    wanted = request.args.get("day", "")
    with reading(ports().window.engine) as connection:
        if not request.args.get("sandbox") and (busy := stories.busy_sandbox(connection)):
            return redirect(f"{url_for('console.day')}?{urlencode({**request.args.to_dict(), 'sandbox': busy})}", 303)
        sandbox = requested_sandbox(connection)
        chosen = None if wanted == "all" else given_day(wanted) or stories.latest_day(connection, sandbox)
        counts = stories.counts(connection, sandbox, chosen)
        newest, _ = recent.page(connection, sandbox, most=10)
        return render_template("console/day.html", counts=counts, newest=newest, every=wanted == "all")


@blueprint.get("/declarations")
def declarations() -> str | AnyResponse:
    """The lists, newest first, or what a number leads to; a number that leads to one thing goes straight there."""
    number = request.args.get("number", "").strip()
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        matches = stories.find(connection, sandbox, number) if number else []
        if len(matches) == 1 and (place := target(matches[0])):
            return redirect(place, 303)
        state, before, flow = (
            request.args.get("state", ""),
            request.args.get("before", 0, int),
            request.args.get("flow", ""),
        )
        listed, after = (
            recent.page(connection, sandbox, state, min(before, LARGEST_ID), flow=flow) if not number else ([], 0)
        )
        return render_template(
            "console/declarations.html",
            number=number,
            matches=matches,
            listed=listed,
            after=after,
            state=state,
            target=target,
            flow=flow,
            flows=review.FLOWS,
            states=recent.states(),
        )


@blueprint.get("/declarations/<int:declaration_id>")
def declaration(declaration_id: int) -> str:
    """One list, as whoever decides about it needs it."""
    return story_page.case(declaration_id)


@blueprint.get("/notes/<int:document_id>")
def note(document_id: int) -> str:
    """A note of transport: its parts, its parcels, what happened."""
    with reading(ports().window.engine) as connection:
        story = stories.of_note(connection, requested_sandbox(connection), document_id)
        return render_template("console/note.html", story=story, papers=[part.paper for part in story.parts])


@blueprint.get("/orders/<path:order_no>")
def order(order_no: str) -> str | AnyResponse:
    """An order number: its list, or what there is as long as no list was declared."""
    flow = request.args.get("flow", "")
    with reading(ports().window.engine) as connection:
        story = stories.of_order(
            connection, requested_sandbox(connection), order_no, flow=flow if flow in review.FLOWS else ""
        )
        if story.head is not None:
            return redirect(link("console.declaration", declaration_id=story.head.id), 303)
        return render_template(
            "console/story.html",
            story=story,
            possible=acts.possible,
            decided=acts.DECIDED,
            lives=LIFECYCLE_OF,
            keys={},
            proposal=None,
            proposed={},
        )


@blueprint.get("/messages/<int:message_id>")
def message(message_id: int) -> str:
    """A message: its findings, its documents and their receipts."""
    with reading(ports().window.engine) as connection:
        story = stories.of_message(connection, requested_sandbox(connection), message_id)
        return render_template("console/message.html", story=story)


@blueprint.errorhandler(NotFound)
@blueprint.errorhandler(UnknownSandbox)
def missing(error: LookupError) -> tuple[str, int]:
    """What was requested is not there."""
    with reading(ports().window.engine) as connection:
        return render_template("console/missing.html", names=sandboxes.names(connection), sandbox="", error=error), 404


def target(match: stories.Match) -> str:
    """The page of a match."""
    if match.kind == "refund_claim" and match.category == "paper":
        return link("console.refund", number=match.label.removeprefix(f"{words.kind(match.kind).en} "))
    if match.kind == "forex_report" and match.category == "paper":
        return link("console.exchange_report", number=match.label.removeprefix(f"{words.kind(match.kind).en} "))
    if match.category in {"message", "paper"}:
        return link("console.message", message_id=match.id)
    if match.category == "declaration" or match.about:
        return link("console.declaration", declaration_id=match.about or match.id)
    if match.category == "note":
        return link("console.note", document_id=match.id)
    return link("console.order", order_no=match.order_no, flow=match.flow) if match.order_no else ""
