"""The HTTP call about a shipment, for officers' programs and for the companies whose goods are in it."""

from __future__ import annotations

from flask import Response

from single_window.cases.shipments.answers import ShipmentOut, shipment_out
from single_window.cases.shipments.differing import differences
from single_window.cases.shipments.facts import facts_of, where
from single_window.cases.shipments.found import find_shipment
from single_window.cases.shipments.line_of_time import lines_of
from single_window.frame.http import key_access
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.problems import json_response, problem
from single_window.store.law_books import law_of

blueprint = Calls("shipments", __name__, rights=READ, tag="shipments")


@blueprint.get("/shipments/<number>")
@blueprint.doc(
    responses={
        200: answer("what each says of it, and its line of time", ShipmentOut),
        404: refused("nobody told of such a shipment, or only of that of others"),
    }
)
def show(number: str) -> Response:
    """Show a shipment.

    By the number of a container, bill of lading, list, order or parcel to Korea. A key reads the lists and parcels of
    its companies, what is told of a container that has one of theirs, and cases about them."""
    with reading_sandbox() as (connection, sandbox):
        found = find_shipment(connection, sandbox, number, key_access.companies(connection, sandbox))
        if not found.is_known:
            raise problem("no-such-case", sandbox=sandbox, number=number, zh="货运全程", en="shipment")
        law = law_of(connection, sandbox)
        lines, facts = lines_of(connection, sandbox, found), facts_of(found, law)
        differing = differences(connection, sandbox, found, law)
        return json_response(shipment_out(found, lines, facts, where(facts), differing))
