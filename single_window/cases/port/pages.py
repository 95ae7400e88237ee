"""The console's pages of cases of the port: the list, waiting ones first; one case with the line of time of its
container. In the navigation only where the sandbox has a port."""

from __future__ import annotations

from single_window.cases.own_pages import case_pages
from single_window.cases.port.decisions import PORT_DECISION
from single_window.cases.port.queries import PORT_CASE_READER, PORT_ROWS

register, PORT_LIST, PORT_CASE_PAGE, PORT_DECISION_PAGE = case_pages(
    PORT_CASE_READER,
    PORT_DECISION,
    "port",
    "port_case",
    waiting=PORT_ROWS.waiting,
    number=lambda case: case.case_no,
    number_of_subject=lambda subject: subject.label,
    opted=lambda options: options.port != "off",
)
