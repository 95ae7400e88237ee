"""HTTP calls about recalls: listed, one of them, the trail of its goods."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response
from sqlalchemy import Engine

from gateways.traceability.repository import Recall
from single_window.cases.recalls.answers import RecallOut
from single_window.cases.recalls.queries import RECALL_CASES, find_recall
from single_window.cases.recalls.trail import trail, trail_sheet
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import CasesOfMerchantIn, add_cases, demand_party, missing, reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.store.engine import reading

blueprint = Calls("recalls", __name__, rights=READ, tag="recalls")


@blueprint.get("/recalls/<number>/trail.csv")
@blueprint.doc(responses={200: answer("a row a line of a list", None, "text/csv"), 404: refused("no such recall")})
def trail_csv(number: str) -> Response:
    """Download the trail of a recall.

    As CSV, for the key of its company, and officers: list, parcel, lot, quantity, day of release, state (held, sold,
    back, destroyed, refunded), precision. No buyer is in it."""
    with reading_sandbox() as (connection, sandbox):
        found = find_recall(connection, sandbox, number)
        if found is None:
            raise missing(RECALL_CASES.kind, sandbox, number)
        demand_party(connection, sandbox, RECALL_CASES, number, (found.ebc_code,))
    engine = ports().window.engine
    headers = {"Content-Disposition": f"attachment; filename=recall-{found.id}.csv"}
    return Response(_sheet(engine, sandbox, found), content_type="text/csv; charset=utf-8", headers=headers)


def _sheet(engine: Engine, sandbox: str, found: Recall) -> Iterator[str]:
    """The sheet, read while it is sent."""
    with reading(engine) as connection:
        yield from trail_sheet(trail(connection, sandbox, found))


def _parties(shown: RecallOut) -> tuple[str, ...]:
    """The company that recalls, and the platforms that are told of it."""
    return (shown.ebc_code, shown.ebp_code, *shown.platforms)


add_cases(blueprint, RECALL_CASES, CasesOfMerchantIn, parties=_parties)
