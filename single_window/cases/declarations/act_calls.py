"""What an officer decides about lists and requests over HTTP, so that a test may take his part."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, String
from apiflask.validators import Length
from flask import Response

from single_window.cases import declarations as stories
from single_window.cases.declarations import decisions as acts
from single_window.cases.declarations.act_answers import ActOut
from single_window.cases.inspection_results import FindingsMissing
from single_window.frame.http import callers, guard
from single_window.frame.http.documentation import ACCOUNT, BY_ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.frame.not_found import NotFound
from single_window.language import words
from single_window.store.engine import reading
from single_window.work import decisions

blueprint = APIBlueprint("acts", __name__, tag="declarations")
blueprint.before_request(callers.check_call)


class ActIn(Schema):
    """What an officer decides about a list or request."""

    action = String(
        required=True,
        validate=Length(1, 40),
        metadata={"description": "conclude, inspect, release, reject, send_back …: what its state allows"},
    )
    as_declared = Boolean(
        load_default=False,
        metadata={"description": "an inspection found every line of goods as declared; without it none is concluded"},
    )
    reason = String(load_default="", validate=Length(0, 1_000), metadata={"description": "what the declarant is told"})


@blueprint.post("/declarations/<path:number>/act")
@blueprint.input(ActIn, arg_name="body")
@blueprint.doc(
    tags=["declarations"],
    security=ACCOUNT,
    responses={
        200: answer("done", ActOut),
        202: answer("it is filed and not done yet, or waits for a second person", ActOut),
        400: refused("a reason is missing, or the number names several things"),
        404: refused("nothing has it"),
        **BY_ACCOUNT,
        409: refused("the state does not let it be done; the answer says what it allows"),
    },
)
def act(number: str, body: dict[str, Any]) -> Response:
    """Decide about a list or request as an officer.

    The list, cancellation or return that the number names: conclude, inspect, detain, release, reject, send_back and
    what else its state allows. Some need a `reason`, which the declarant reads in the receipt."""
    at, sandbox, person = ports(), guard.sandbox_name(), callers.officer("declaration")
    at.window.sandbox(sandbox)
    try:
        filed = acts.act(
            at.window, sandbox, number, body["action"], body["reason"], person, as_declared=body["as_declared"]
        )
    except NotFound:
        raise problem("no-such-declaration", sandbox=sandbox, number=number) from None
    except (acts.NotActionable, decisions.ReasonNeeded) as bad:
        raise problem("bad-act", reason=bad) from None
    except FindingsMissing as missing:
        raise problem("findings-missing", zh=missing.words.zh, en=missing.words.en) from None
    except acts.ActNotAllowed as refused:
        raise problem("act-refused", reason=refused) from None
    decided = decisions.wait(at.window, sandbox, filed.decision, at.changes)
    if decided.refused:
        raise problem("act-refused", reason="; ".join(words.of_reason(reason).en for reason in decided.answer))
    with reading(at.window.engine) as connection:
        matches = stories.find(connection, sandbox, number)
    after = next(
        (match.state for match in matches if (match.category, match.id) == (filed.subject.category, filed.subject.id)),
        filed.subject.state,
    )
    status = "done" if decided.done else "proposed" if decided.proposed else "waiting"
    return json_response(
        ActOut(label=filed.subject.label, action=filed.action, before=filed.subject.state, after=after, status=status),
        200 if decided.done else 202,
    )
