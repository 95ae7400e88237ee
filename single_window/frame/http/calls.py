"""Blueprints whose routes say who may use them: a call or a page without rights cannot be written.

The budget of a call follows from its method; `budgets.csv` has the calls with another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Blueprint

from single_window.accounts import rights
from single_window.frame.http import queries
from single_window.frame.http.documentation import BODIES, MAKE_MESSAGES, TRIAL
from single_window.frame.http.ports import PREFIX

_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
READ = ("read_receipts", "act_as_officer", "see_cases")
"""The rights of which one is enough to read cases."""
SEE_CASES = ("see_cases",)
DECIDE = ("act_as_officer", "@decisions")
"""The rights of which one is enough to do something about a case."""
READ_OFFICERS_PAPERS = ("act_as_officer", "see_cases")
"""The rights of which one is enough to read what officers keep about cases."""
CONTROL = ("control_tests",)
"""The right to control what a test needs."""
EVERYBODY = ("enter",)
"""The right of everybody who reaches the window."""


class Calls(APIBlueprint):
    """Calls below `/api/v1`. `rights`: which one is enough for a call whose route names no others."""

    def __init__(
        self,
        name: str,
        import_name: str,
        *,
        rights: tuple[str, ...],
        tag: str = "",
        query: tuple[str, ...] | None = (),
    ) -> None:
        """`query`: for a call whose route names no others."""
        super().__init__(name, import_name, tag=tag or name)
        self._rights, self._query = rights, query

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a route; `rights`: of which one is enough; `query`: names in its query beside those of its schemas, None
        for any, of which the call itself knows what they mean; `reads`: the body (`documentation.raw_body`) of a call
        that reads it as it is; `makes_messages`: its messages are sent by `json_messages`, or tried with `trial`."""
        wanted, names = options.pop("rights", self._rights), options.pop("query", self._query)
        path = _VARIABLE.sub(r"{\1}", f"{PREFIX}{rule}")
        if reads := options.pop("reads", None):
            BODIES.update({(method.lower(), path): reads for method in options["methods"]})
        if options.pop("makes_messages", False):
            MAKE_MESSAGES.update((method.lower(), path) for method in options["methods"])
            names = (*(names or ()), TRIAL)
        assert view_func is not None
        name = f"{self.name}.{endpoint or view_func.__name__}"
        rights.declare(rights.CALLS, name, wanted)
        if names is not None:
            queries.declare(name, view_func, names)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def add_page(
    blueprint: Blueprint,
    path: str,
    name: str,
    view: Callable[..., Any],
    wanted: tuple[str, ...] = SEE_CASES,
    *,
    method: str = "GET",
    **options: Any,
) -> None:
    """Add a page or a form (`method`: POST) to the console, which whoever has one of these rights may reach."""
    rights.declare(rights.PAGES, f"{blueprint.name}.{name}", wanted)
    blueprint.add_url_rule(path, name, view, methods=[method], **options)
