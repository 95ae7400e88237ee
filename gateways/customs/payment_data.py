"""Original payment data (announcement 2018-179): an accepted import waits until its platform has uploaded them.

The window asks the platform and verifies what it uploads; customs learns the outcome. Nothing here where a sandbox does
not ask for it.
"""

from __future__ import annotations

import uuid

from declarations.reasons import Reason
from gateways.customs.memory import Declaration
from gateways.customs.outcome import event
from gateways.gateway import Answers, Circumstances, DeadlineDraft, PaymentRequestDraft

ANSWER_WITHIN_MS = 120_000
"""By the sandbox's clock: two minutes, as integrators report."""
HELD = "payment_data"
"""Under what a list keeps its request: the session while it waits, and what was wrong with the last upload."""
SESSION, WRONG, SETTLED = "session", "wrong", "settled"
REQUESTED = "17521"
_NAMESPACE = uuid.UUID("5f0c2f3e-7d3b-4f64-9d0e-179179179179")


def session_of(*names: object) -> str:
    """The number of a session: 36 characters, the same whenever the same request is made."""
    return str(uuid.uuid5(_NAMESPACE, "|".join(map(str, names)))).upper()


def is_awaited(declaration: Declaration, circumstances: Circumstances, answers: Answers) -> bool:
    """Whether a list has to wait for payment data; the first time the platform is asked for them."""
    known = declaration.held.get(HELD)
    if known is not None:
        return not known.get(SETTLED)
    if not circumstances.options.require_179 or declaration.flow != "I":
        return False
    _request(declaration, circumstances, answers)
    return True


def _request(declaration: Declaration, circumstances: Circumstances, answers: Answers) -> None:
    session = session_of(circumstances.seed, declaration.key, declaration.id, declaration.document_version,
                         declaration.accepted_at)
    due = circumstances.now + ANSWER_WITHIN_MS
    declaration.held = {**declaration.held, HELD: {SESSION: session}}
    answers.payment_requests.append(PaymentRequestDraft(session, declaration.order_no, declaration.ebp_code,
                                                        declaration.id, due))
    answers.deadlines.append(DeadlineDraft(due, "deadline.payment_data", "customs", [declaration.id, session]))
    answers.timeline.append(event(declaration, circumstances.now, "payment_data_requested",
                                  [Reason(REQUESTED, {"platform": declaration.ebp_code})]))
