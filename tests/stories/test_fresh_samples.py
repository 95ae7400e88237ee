"""Samples that are made fresh are new documents, dated as of now: each can be sent again and again."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from declarations.calendar import stamp14
from schemas import catalogue
from single_window.intake.samples import fresh
from single_window.store.tables import declaration, document, receipt

ELEMENT = re.compile(r"<(?:\w+:)?(\w+)>([^<]+)<")
REGISTRATION = "Registration"
"""Its number is that of the company."""
PLANNED = {"etd", "eta", "untilDay", "expiryDay"}
"""Elements with times to come."""


def test_every_sample_can_be_sent_twice(start_story: Any) -> None:
    story = start_story(port="full", commerce="on", korea="on")
    now = story.window.now(story.sandbox)
    wrong = {}
    for entry in catalogue.entries():
        if entry.handling is None or entry.code == REGISTRATION:
            continue
        for word in ("first", "second"):
            story.submit(fresh(entry, word, now))
        keys = {row.key for row in story.rows(select(document.c.key).where(document.c.kind == entry.kind))}
        told = story.rows(
            select(receipt.c.key, receipt.c.return_status)
            .where(receipt.c.kind == entry.kind)
            .order_by(receipt.c.group_id)
        )
        answers = [[row.return_status for row in told if row.key == key] for key in keys]
        if len(keys) != 2 or answers[0] != answers[1]:
            wrong[entry.code] = answers
    assert wrong == {}


def test_a_sample_of_an_export_is_summarised(start_story: Any) -> None:
    """Order, waybill, list; the parcel arrives and leaves; the list is declared with others of its month."""
    story = start_story()
    now = story.window.now(story.sandbox)
    for code in ("303", "505", "603", "507", "509"):
        story.submit(fresh(catalogue.by_code(code), "export", now))
    ((number,),) = story.rows(select(declaration.c.invt_no))
    request = fresh(catalogue.by_code("701"), "export", now).decode()
    story.submit(re.sub(r"(<ceb:invtNo>)[^<]*", rf"\g<1>{number}", request).encode())
    told = story.rows(select(receipt.c.return_status).where(receipt.c.code == "702"))
    assert [row.return_status for row in told] == ["2", "399"]


def test_no_fresh_sample_tells_of_what_has_not_happened(start_story: Any) -> None:
    story = start_story()
    now = story.window.now(story.sandbox)
    later = {
        (entry.code, name, text)
        for entry in catalogue.entries()
        if entry.handling is not None
        for name, text in ELEMENT.findall(fresh(entry, "word", now).decode())
        if name not in PLANNED and is_time(text) and digits(text) > stamp14(now)[: len(digits(text))]
    }
    assert later == set()


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text[:19]))


def is_time(text: str) -> bool:
    return len(digits(text)) in (8, 14) and digits(text).startswith("20") and (text.isdecimal() or "T" in text)
