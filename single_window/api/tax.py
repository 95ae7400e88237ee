"""Taxes that are computed for who asks; nothing is kept."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from declarations.calendar import day_of
from declarations.money import scale
from declarations.tax.comparison import Article, Circumstance
from single_window.api import guard
from single_window.api.documentation import RefusedOut, answer
from single_window.api.ports import ports
from single_window.api.problems import json_response
from single_window.api.tax_documentation import ParcelIn, ParcelOut
from single_window.cases.tax_comparison import compared, sandbox_law
from single_window.store.engine import reading

blueprint = APIBlueprint("tax", __name__, tag="tax")


@blueprint.post("/tax/parcel")
@blueprint.input(ParcelIn, arg_name="asked")
@blueprint.doc(responses={200: answer("both taxes with their working", ParcelOut),
                          400: answer("something is wrong in the request", RefusedOut),
                          404: answer("no such sandbox", RefusedOut)})
def parcel(asked: dict[str, Any]) -> Response:
    """Compare parcel tax and the tax of retail import.

    For the same goods on any day, side by side: exemption, limits, working and sources. Nothing is filed."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        law = sandbox_law(connection, sandbox)
    how = Circumstance(asked["origin"], scale(asked["freight"]), scale(asked["insurance"]), asked["mode"],
                       used=scale(asked["used"]))
    day = asked["day"] or day_of(at.window.now(sandbox))
    return json_response(compared([_article(one) for one in asked["articles"]], day, how, law))


def _article(given: dict[str, Any]) -> Article:
    return Article(given["gcode"], scale(given["price"]), given["quantity"], given["name"], given["band"],
                   scale(given["catalogue"]) if given["catalogue"] else None, given["model"])
