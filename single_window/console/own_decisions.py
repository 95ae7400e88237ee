"""The page of what the officer himself has decided, with what came of it; it needs no right to the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from single_window.cases import own_decisions
from single_window.cases.case_pages import address_of
from single_window.cases.own_decisions import OwnDecision
from single_window.console.log import TONES
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import given_number, link, requested_sandbox
from single_window.store.engine import reading

PAGE_SIZE = 50


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    add_page(blueprint, "/my-decisions", "own_decisions", show)


def show() -> str | Response:
    """List the signed-in officer's decisions, newest first; whoever has no account is asked to sign in."""
    person = current_person()
    if not person.has_account:
        return redirect(link("console.sign_in", next=request.full_path.rstrip("?")), 303)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        rows = own_decisions.of_person(connection, sandbox, person, given_number("before"), PAGE_SIZE + 1)
        addresses = addresses_of(connection, sandbox, rows)
    return render_template(
        "console/own_decisions.html",
        rows=rows[:PAGE_SIZE],
        after=rows[PAGE_SIZE - 1].sequence if len(rows) > PAGE_SIZE else 0,
        tones=TONES,
        addresses=addresses,
    )


def addresses_of(connection: Connection, sandbox: str, rows: Sequence[OwnDecision]) -> Mapping[int, str]:
    """The address of the page of the case that each decision was about, by its sequence; empty where there is none."""
    return {own.sequence: address_of(connection, sandbox, (own.made.subject, own.made.subject_id)) for own in rows}
