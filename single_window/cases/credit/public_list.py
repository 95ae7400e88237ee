"""The public list of dishonest companies."""

from __future__ import annotations

from single_window.cases.credit.answers import PublishedOut, PublishedPageOut
from single_window.cases.credit.publication import published_page
from single_window.frame.http.public_lists import PublicList

DISHONEST = PublicList(
    path="/public/credit/dishonest",
    summary="dishonest companies",
    about="Name, code, grade, basis and days of each decision, until the end of its publication or its repair. "
    "No person is in it.",
    page=published_page,
    page_type=PublishedPageOut,
    lines=lambda found: found.companies,
    columns=PublishedOut.__struct_fields__,
)
