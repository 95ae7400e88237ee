"""What waits for an officer, imports and exports, and what he decides.

The case page offers what lifecycle and flow allow. Its form says in which state it showed the case: who decides on what
somebody has moved on meanwhile is told so, and nothing is filed.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection, func, select
from werkzeug.wrappers import Response

from declarations.lifecycle import LIFECYCLE_OF
from gateways.customs.outcome import LIST
from single_window.api.ports import ports
from single_window.cases import acts, stories
from single_window.cases.stories import LARGEST_ID, Match, NotFound
from single_window.console.decisions import awaited, not_carried_out
from single_window.console.speech import asked_sandbox, link
from single_window.language import words
from single_window.language.words import Words
from single_window.store import tables
from single_window.store.engine import reading
from single_window.store.tables import declaration, document, message

MOST = 50
FLOWS = ("I", "E")
WAITING = ("in_review", "suspended", "detained", "under_inspection")
"""States of lists in which an officer may be asked for."""
REQUESTS = ("cancellation", "refund", "export_cancellation", "export_refund")
ASKED = ("accepted", "in_review")
"""States of requests in which he may decide before time does."""
KEYS = {"conclude": "c", "release": "e", "reject": "j", "review": "v", "inspect": "i", "send_back": "b",
        "suspend": "u", "detain": "d", "close": "l", "approve": "p", "take_back": "t"}
"""Access keys of the decisions."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something that waits for an officer."""

    id: int
    declaration_id: int
    kind: Words
    flow: Words
    number: str
    order_no: str
    state: str
    words: Words
    since: int


def register(blueprint: Blueprint) -> None:
    """Add the page and the forms."""
    blueprint.add_url_rule("/review", "review", queue, methods=["GET"])
    blueprint.add_url_rule("/declarations/<int:number>/decision", "decide_list", decide_list, methods=["POST"])
    blueprint.add_url_rule("/requests/<int:number>/decision", "decide_request", decide_request, methods=["POST"])


def queue() -> str:
    """What waits, oldest first: lists, then requests; of one flow or both, with the counts of each.

    `after` leads to the next lists, `asked` to the next requests, each by itself.
    """
    flow = request.args.get("flow", "")
    flow = flow if flow in FLOWS else ""
    after, asked_after = (max(0, min(request.args.get(name, 0, int), LARGEST_ID)) for name in ("after", "asked"))
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        lists = _lists(connection, sandbox, flow, after) if not asked_after else []
        asked = _requests(connection, sandbox, flow, asked_after) if not after else []
        counted = _counts(connection, sandbox)
    return render_template("console/review.html", lists=lists[:MOST], asked=asked[:MOST], flow=flow, counted=counted,
                           after=lists[MOST - 1].id if len(lists) > MOST else 0,
                           asked_after=asked[MOST - 1].id if len(asked) > MOST else 0)


def _lists(connection: Connection, sandbox: str, flow: str, after: int) -> list[Case]:
    columns = [declaration.c[name] for name in ("id", "flow", "order_no", "invt_no", "cop_no", "state", "accepted_at")]
    rows = connection.execute(
        select(*columns, message.c.received_at)
        .outerjoin(document, document.c.id == declaration.c.document_id)
        .outerjoin(message, message.c.id == document.c.message_id)
        .where(declaration.c.sandbox == sandbox, declaration.c.state.in_(WAITING), declaration.c.id > after,
               *([declaration.c.flow == flow] if flow else []))
        .order_by(declaration.c.id).limit(MOST + 1)).all()
    return [Case(row.id, row.id, words.kind(LIST[row.flow]), words.flow(row.flow), row.invt_no or row.cop_no,
                 row.order_no, row.state, words.state(row.state), row.accepted_at or row.received_at or 0)
            for row in rows]


def _requests(connection: Connection, sandbox: str, flow: str, after: int) -> list[Case]:
    kept = tables.request
    kinds = [kind for kind in REQUESTS if flow in {"", stories.flow_of(kind)}]
    columns = [kept.c[name] for name in ("id", "declaration_id", "kind", "key", "state", "filed_at")]
    rows = connection.execute(
        select(*columns, declaration.c.order_no)
        .join(declaration, declaration.c.id == kept.c.declaration_id)
        .where(kept.c.sandbox == sandbox, kept.c.kind.in_(kinds), kept.c.state.in_(ASKED), kept.c.id > after)
        .order_by(kept.c.id).limit(MOST + 1)).all()
    return [Case(row.id, row.declaration_id, words.kind(row.kind), words.flow(stories.flow_of(row.kind)),
                 row.key.partition("|")[2], row.order_no, row.state, words.state(row.state, row.kind), row.filed_at)
            for row in rows]


def _counts(connection: Connection, sandbox: str) -> dict[str, int]:
    """How many lists and requests of each flow wait."""
    lists = connection.execute(
        select(declaration.c.flow, func.count())
        .where(declaration.c.sandbox == sandbox, declaration.c.state.in_(WAITING)).group_by(declaration.c.flow))
    found = dict.fromkeys(FLOWS, 0)
    for flow, count in lists.all():
        found[flow] += count
    kept = tables.request
    asked = connection.execute(
        select(kept.c.kind, func.count())
        .where(kept.c.sandbox == sandbox, kept.c.kind.in_(REQUESTS), kept.c.state.in_(ASKED)).group_by(kept.c.kind))
    for kind, count in asked.all():
        found[stories.flow_of(kind)] += count
    return found


def decide_list(number: int) -> tuple[str, int] | Response:
    """Decide about a list, then show it."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        subject = stories.of_list(connection, sandbox, min(number, LARGEST_ID))
    if subject is None:
        raise NotFound(number, sandbox)
    return _decide(sandbox, subject, subject.id)


def decide_request(number: int) -> tuple[str, int] | Response:
    """Decide about a cancellation or return, then show the list that it is about."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        subject = stories.of_request(connection, sandbox, min(number, LARGEST_ID))
        about = connection.execute(select(tables.request.c.declaration_id).where(
            tables.request.c.sandbox == sandbox, tables.request.c.id == min(number, LARGEST_ID))).scalar()
    if subject is None or not about:
        raise NotFound(number, sandbox)
    return _decide(sandbox, subject, about)


def _decide(sandbox: str, subject: Match, about: int) -> tuple[str, int] | Response:
    form = request.form
    who, why = form.get("who", "").strip()[:100] or "console", form.get("reason", "").strip()[:1_000]
    seen = (form.get("state", subject.state), form.get("version", subject.version, int))
    if seen != (subject.state, subject.version):
        return case(about, words.phrase("label", "moved_on")), 409
    try:
        filed = acts.act_on(ports().window, sandbox, subject, form.get("act", ""), why, who)
    except acts.ReasonNeeded:
        return case(about, words.phrase("label", "reason_needed")), 400
    except acts.ActNotAllowed as refused:
        return case(about, Words(str(refused), str(refused))), 409
    if (answered := awaited(sandbox, filed.decision)).refused:
        return case(about, not_carried_out(answered)), 409
    return redirect(link("console.declaration", declaration_id=about, filed=filed.action), 303)


def case(declaration_id: int, refused: Words | None = None) -> str:
    """One list: documents, evidence, timeline, receipts, tax, what may be decided and what else may happen."""
    with reading(ports().window.engine) as connection:
        told = stories.of_declaration(connection, asked_sandbox(connection), declaration_id)
        return render_template("console/story.html", story=told, possible=acts.possible, decided=acts.DECIDED,
                               lives=LIFECYCLE_OF, keys=KEYS, refused=refused,
                               filed=request.args.get("filed", "") if request.method == "GET" else "")
