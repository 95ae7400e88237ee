"""The pages of batches: all of them, one with its members and samples, and what an officer may do with it.

Forms carry the revision that the page showed: who acts on what somebody has changed meanwhile is told so.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from declarations.lifecycle import allowed, lifecycles
from gateways.customs.batches.repository import Batch
from single_window.api.ports import ports
from single_window.cases import batches
from single_window.cases.stories import LARGEST_ID, NotFound
from single_window.console.decisions import awaited, not_carried_out
from single_window.console.persons import person
from single_window.console.speech import asked_sandbox, language, link, may_act
from single_window.language import words
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.law_books import law_of

MOST = 50
UNDRAWN = frozenset({"open", "declared", "dissolved"})
"""States of a batch whose samples have not been drawn."""
RECOMPUTED = 5_000
"""Members of a batch whose draw a page does again; of larger ones the command does."""
SHOWN = 100
"""Samples, and differences, of a draw that a page shows."""
TOLD = 100
"""Lines of a history that a page shows, the newest."""


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form."""
    blueprint.add_url_rule("/batches", "batches", every, methods=["GET"])
    blueprint.add_url_rule("/batches", "open_batch", open_batch, methods=["POST"])
    blueprint.add_url_rule("/batches/<batch_no>", "batch", show, methods=["GET"])
    blueprint.add_url_rule("/batches/<batch_no>", "change_batch", change, methods=["POST"])


def every(refused: str = "") -> str:
    """Batches, newest first."""
    state, before = request.args.get("state", ""), min(request.args.get("before", 0, int), LARGEST_ID)
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        found = batches.listed(connection, sandbox, state, max(0, before), MOST + 1)
    return render_template(
        "console/batches.html",
        listed=found[:MOST],
        state=state,
        refused=refused,
        states=tuple(lifecycles()["batch"].states),
        modes=batches.MODES,
        after=found[MOST - 1].id if len(found) > MOST else 0,
    )


def open_batch() -> tuple[str, int] | Response:
    """Open a batch by hand, then show all of them."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = asked_sandbox(connection)
    flow, _, mode = form.get("mode", "").partition(" ")
    try:
        asked = batches.open_batch(window, sandbox, flow, form.get("office", "").strip(), mode, person())
    except (batches.BadAsk, batches.NotPossible) as refused:
        return every(_said(refused)), 400
    awaited(sandbox, asked.number)
    return redirect(link("console.batches"), 303)


def show(batch_no: str, refused: str = "") -> str:
    """One batch: counts, verdict, keys to act, members page by page, history."""
    after, state = request.args.get("after", -1, int), request.args.get("member", "")
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        one = _found(batches.found(connection, sandbox, batch_no), batch_no, sandbox)
        told = batches.history(connection, sandbox, batch_no)[-TOLD:]
        places = batches.members(connection, one.id, max(-1, min(after, LARGEST_ID)), MOST + 1, state)
        drawn = _drawn_again(connection, sandbox, one) if request.args.get("draw") else None
    return render_template(
        "console/batch.html",
        batch=one,
        told=told,
        places=places[:MOST],
        refused=refused,
        member=state,
        after=places[MOST - 1].position if len(places) > MOST else 0,
        actions=_actions(one),
        said=words.said,
        member_states=tuple(words.book()["member"]),
        event=words.event,
        drawn=drawn,
        shown=SHOWN,
        recomputable=one.state not in UNDRAWN and one.members <= RECOMPUTED,
        asked=request.args.get("asked", 0, int),
    )


def change(batch_no: str) -> tuple[str, int] | Response:
    """Ask for a change as an officer; then show the batch, whose history tells what came of it."""
    form, window = request.form, ports().window
    with reading(window.engine) as connection:
        sandbox = asked_sandbox(connection)
    action = form.get("act", "")
    content = form.get("lists", "").split() if action in {"add", "remove"} else form.get("reason", "").strip() or None
    try:
        asked = batches.ask(window, sandbox, batch_no, action, person(), form.get("revision", 0, int), content)
    except batches.NoSuchBatch:
        raise NotFound(batch_no, sandbox) from None
    except batches.BadAsk as bad:
        return show(batch_no, _said(bad)), 400
    except batches.NotPossible as refused:
        return show(batch_no, _said(refused)), 409
    if (answered := awaited(sandbox, asked.number)).refused:
        return show(batch_no, not_carried_out(answered).said(language())), 409
    return redirect(link("console.batch", batch_no=batch_no, asked=asked.number), 303)


def _said(refused: batches.NotPossible | batches.BadAsk) -> str:
    """A refusal in the language of the page."""
    if isinstance(refused, batches.BadAsk):
        return refused.words.said(language())
    return "; ".join(words.said(one).said(language()) for one in refused.reasons)


def _actions(one: Batch) -> list[str]:
    """What whoever looks may do in the batch's state."""
    steps = {step.action for step in allowed(one.state, None, "batch")}
    named = [
        *(("add", "remove") if "join" in steps else ()),
        *(name for name in ("declare", "review") if name in steps),
    ]
    return [name for name in named if may_act("batch", name, one.customs_code)]


def _drawn_again(connection: Connection, sandbox: str, one: Batch) -> batches.Audit | None:
    """The draw of a batch's samples done again from what is stored; None where nothing was drawn, or too much was."""
    if one.state in UNDRAWN or one.members > RECOMPUTED:
        return None
    return batches.audit(connection, one, sandboxes.find(connection, sandbox).seed, law_of(connection, sandbox))


def _found(one: Batch | None, batch_no: str, sandbox: str) -> Batch:
    if one is None:
        raise NotFound(batch_no, sandbox)
    return one
