"""The console's page with the public list of failures."""

from __future__ import annotations

from flask import Blueprint, render_template

from single_window.cases.spot_checks.failures import failures
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.kinds import DEFAULT_PAGE_SIZE
from single_window.frame.pages.speech import given_number, requested_sandbox
from single_window.store.engine import reading


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    add_page(blueprint, "/spot_check_failures", "spot_check_failures", show)


def show() -> str:
    """List a page of failures, newest first."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        found = failures(connection, sandbox, given_number("before"), DEFAULT_PAGE_SIZE)
    return render_template("console/spot_check_failures.html", found=found)
