"""The console's page of a shipment: one line of time of port, both customs, tax and money, each event with who said it;
a table of facts by who says what; what contradicts itself."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, g, render_template

from single_window.cases.shipments.differing import PORT_CASE, differences
from single_window.cases.shipments.facts import KOREA_PARCEL, SPEAKERS, facts_of, where
from single_window.cases.shipments.found import MOST, FoundShipment, find_shipment, is_shipment, newest_containers
from single_window.cases.shipments.lanes import draw
from single_window.cases.shipments.line_of_time import lines_of
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.search_places import SearchPlace
from single_window.frame.pages.speech import language, link, may_reach, requested_sandbox
from single_window.language.phrases import phrase
from single_window.refused import demand_found
from single_window.store.engine import reading
from single_window.store.law_books import law_of

MOST_LINES = 120
"""Newest lines of the line of time that the page shows."""
MOST_ROWS = 60
"""Lists and parcels that the page shows of each."""
MOST_CONTAINERS = 50
"""Containers that the list shows."""
SHIPMENT_SEARCH = SearchPlace("console.shipment", phrase("label", "shipment"), is_shipment)


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    add_page(blueprint, "/shipments", "shipments", show_newest)
    add_page(blueprint, "/shipments/<number>", "shipment", show)


def show_newest() -> str:
    """List the containers of which something was told last."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        boxes = newest_containers(connection, sandbox, MOST_CONTAINERS)
    return render_template("console/shipments.html", boxes=boxes)


def show(number: str) -> str:
    """Show a shipment by the number of a container, a bill of lading, a list, an order or a parcel to Korea."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        found = find_shipment(connection, sandbox, number)
        demand_found(found if found.is_known else None, number, sandbox)
        law = law_of(connection, sandbox)
        lines, facts = lines_of(connection, sandbox, found), facts_of(found, law)
        differing = differences(connection, sandbox, found, law)
    return render_template(
        "console/shipment.html",
        number=found.number,
        shipment=found,
        lines=lines[-MOST_LINES:],
        left_out=max(0, len(lines) - MOST_LINES),
        facts=facts,
        where=where(facts),
        drawn=draw(lines, g.sandbox_now, language()),
        speakers=SPEAKERS,
        most=MOST_ROWS,
        differing=differing,
        link_of=_links(found),
        read=MOST,
        page_is=phrase("page_is", "shipment"),
    )


def _links(found: FoundShipment) -> Callable[[str, str], str]:
    """Where the number of a difference leads: to the case, to the parcel at Korea's customs, else to its list; empty:
    nowhere."""
    korean = {parcel.hbl_no: parcel.parcel_no for parcel in found.korean}
    lists = {row.logistics_key.partition("|")[2]: row.id for row in found.lists}

    def link_of(kind: str, number: str) -> str:
        if kind == PORT_CASE:
            return link("console.port_case", number=number) if may_reach("console.port_case") else ""
        if kind == KOREA_PARCEL or number in korean:
            return link("console.korea_parcel", number=korean.get(number, number))
        return link("console.declaration", declaration_id=lists[number]) if number in lists else ""

    return link_of
