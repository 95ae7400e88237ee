"""The front page: what this is, what a sandbox has handled, and three ways on. It needs no script."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from declarations.calendar import day_of
from single_window import __version__
from single_window.cases.declarations import counting
from single_window.clock import monotonic
from single_window.console import front_figures
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.speech import requested_sandbox
from single_window.settings import is_loopback
from single_window.store.engine import reading

QUICK_SECONDS, REST = 0.2, 20
"""Seconds up to which figures are counted for each visit; those that take longer stand for so many times as long."""


class _Kept(NamedTuple):
    until: float
    played: front_figures.Played


_kept: dict[tuple[str, str], _Kept] = {}


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    add_page(blueprint, "/", "front", show)


def show() -> str | Response:
    """Show the requested sandbox, or `main`; if that has no messages, the one with the oldest message. Links to the
    counts of a day, which stood here, are sent on to them."""
    if "day" in request.args:
        return redirect(f"{url_for('console.day')}?{urlencode(request.args.to_dict())}", 303)
    with reading(ports().window.engine) as connection:
        if not request.args.get("sandbox") and (busy := counting.busy_sandbox(connection)):
            return redirect(f"{url_for('console.front')}?{urlencode({**request.args.to_dict(), 'sandbox': busy})}", 303)
        sandbox = requested_sandbox(connection)
        settings = ports().window.settings
        played = _played(connection, sandbox)
        return render_template(
            "console/front.html",
            played=played,
            days=_days(played),
            desks=front_figures.waiting_at_desks(connection),
            examples=front_figures.examples(connection),
            wants_key=settings.require_keys or settings.exposed or not is_loopback(settings.host),
            address=request.host_url.rstrip("/"),
            version=__version__,
        )


def _played(connection: Connection, sandbox: str) -> front_figures.Played:
    """The figures of a sandbox; those that take long to count are counted again after a while only."""
    place, began = (str(connection.engine.url), sandbox), monotonic()
    if (kept := _kept.get(place)) and began < kept.until:
        return kept.played
    counted = front_figures.played(connection, sandbox)
    if (took := monotonic() - began) > QUICK_SECONDS:
        _kept[place] = _Kept(monotonic() + REST * took, counted)
    return counted


def _days(played: front_figures.Played) -> tuple[date, date] | None:
    """The days of the first and of the last message; None: there is none."""
    return (day_of(played.first), day_of(played.last)) if played.messages else None
