"""The console's pages of risk profiles: all of them, and one with its draft, its versions and what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import msgspec
from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from declarations.calendar import day_of
from declarations.profile_rules import CHOICES, FIELDS, read_text
from declarations.profiles import profiles_on
from single_window.cases.form_values import form_values
from single_window.cases.profiles.decisions import DRAFT_NEW, PROFILE_DECISION
from single_window.cases.profiles.merchants import codes_of_merchants, merchant_names
from single_window.cases.profiles.previewing import preview
from single_window.cases.profiles.rule_words import (
    FIELD,
    criteria,
    fields_of,
    offered,
    text_of_form,
    ticks,
    typed_fields,
)
from single_window.cases.profiles.shown import preview_out
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.http.calls import add_page
from single_window.frame.http.ports import ports
from single_window.frame.pages.decision_forms import (
    await_answer,
    pages_of_cases,
    reason_of_form,
    refusal_words,
    tell_at,
)
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import language, link, requested_sandbox
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store import risk_profiles
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.store.risk_profiles import IN_FORCE
from single_window.store.subjects import RISK_PROFILE
from single_window.work.profile_changes import DRAFTING, check_rule, rule_of

PAGE_SIZE = 50
WATCH = ("supervise",)
"""The right to see profiles: companies must not learn them."""


def register(blueprint: Blueprint) -> None:
    """Add the pages and the form that drafts a new profile."""
    add_page(blueprint, "/profiles", "profiles", show_profiles, WATCH)
    add_page(blueprint, "/profiles", "draft_profile", draft_profile, ("draft_profiles",), method="POST")
    add_page(blueprint, "/profiles/<code>", "profile", show_profile, WATCH)


def show_profiles(refused: Words | None = None) -> str:
    """List profiles by code, beginning behind the code `after`, and what is in force today."""
    after = request.args.get("after", "")[:30]
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        found = risk_profiles.page(connection, sandbox, after, PAGE_SIZE + 1)
        law, today = law_of(connection, sandbox), _today(sandbox)
        names = merchant_names(connection, sandbox, [rule_of(profile) for profile in found])
        choices = offered(connection, sandbox, language())
    return render_template(
        "console/profiles.html",
        profiles=found[:PAGE_SIZE],
        after=found[PAGE_SIZE - 1].code if len(found) > PAGE_SIZE else "",
        in_force={profile.code: profile for profile in profiles_on(law, today)},
        floor=law.on("inspection.random_floor", today).amount,
        refused=refused,
        typed=request.form if refused else {},
        offered=choices,
        **_template_functions(names),
    )


def draft_profile() -> tuple[str, int] | Response:
    """Draft a new profile as the form says, then show it."""
    window, code = ports().window, request.form.get("code", "").strip()
    with reading(window.engine) as connection:
        sandbox = requested_sandbox(connection)
    wanted = Requested(DRAFTING, values={"code": code, "profile": _rule_of_form(sandbox)})
    try:
        filed = create(window, sandbox, RISK_PROFILE, DRAFT_NEW, wanted, current_person())
    except Refusal as refused:
        tell_at(refused)
        return show_profiles(refused.words), 422
    if (answered := await_answer(sandbox, filed)).refused:
        return show_profiles(refusal_words(answered)), 409
    return redirect(link("console.profile", code=code), 303)


def show_profile(code: str, refused: Words | None = None) -> str:
    """Show one profile: what is in force, the draft with its form, what is proposed, the versions."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        subject = PROFILE_DECISION.find(connection, sandbox, code)
        values = form_values(connection, sandbox, PROFILE_DECISION, subject, refused)
        past = _versions(connection, sandbox, code)
        law = law_of(connection, sandbox)
        choices = offered(connection, sandbox, language())
        value_id = next((known.value_id for known in profiles_on(law, _today(sandbox)) if known.code == code), "")
        in_force, proposal = law.value(value_id) if value_id else None, values["proposal"]
        rule, proposed = rule_of(subject.record), check_rule(proposal.details["profile"]) if proposal else None
        shown = [rule, proposed or {}, in_force.table if in_force else {}, *(then for _, _, then in past)]
        names = merchant_names(connection, sandbox, shown)
    run = (
        preview(ports().window, sandbox, subject.record, again="again" in request.args)
        if _is_weighed(subject)
        else None
    )
    return render_template(
        "console/profile.html",
        profile=subject.record,
        rule=rule,
        proposed=proposed,
        past=past,
        preview=preview_out(run) if run else None,
        in_force=in_force,
        today=_today(sandbox),
        offered=choices,
        **values,
        **_template_functions(names),
    )


def _is_weighed(subject: Subject) -> bool:
    """True if a draft is not in force yet, so that its preview is asked for."""
    return subject.state != IN_FORCE


def _versions(connection: Connection, sandbox: str, code: str) -> list[tuple[int, Any, Any]]:
    """(number, change, rule) of the versions that were put in force, newest first."""
    changes = risk_profiles.versions(connection, sandbox, code)
    return [(number, change, msgspec.json.decode(change.value)) for number, change in enumerate(changes, 1)][::-1]


def _decision_of_form(sandbox: str, subject: Subject) -> Requested:
    """The decision that the form of the current request asks for: a draft with its fields, or its first day."""
    form, action = request.form, request.form.get("act", "")
    values = {"profile": _rule_of_form(sandbox), "since": form.get("since", "").strip()}
    return Requested(
        action,
        reason_of_form(RISK_PROFILE, action, form),
        form.get("version", 0, int),
        {name: value for name, value in values.items() if value},
        of_form=True,
    )


PROFILE_CASE_PAGE, PROFILE_DECISION_PAGE = pages_of_cases(
    PROFILE_DECISION,
    "/profiles/<number>",
    show_profile,
    lambda number: link("console.profile", code=number),
    requested=_decision_of_form,
)


def _rule_of_form(sandbox: str) -> str:
    """The rule that the form of the current request says; its merchants by code, however they were typed."""
    with reading(ports().window.engine) as connection:
        return text_of_form(request.form, partial(codes_of_merchants, connection, sandbox))


def _today(sandbox: str) -> date:
    return day_of(ports().window.now(sandbox))


def _template_functions(names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "rule_of": rule_of,
        "criteria": lambda rule: criteria(rule, names),
        "fields_of": lambda rule: fields_of(rule, language(), names),
        "rule_fields": FIELDS,
        "choices_of": CHOICES,
        "ticks_of": ticks,
        "typed_fields": typed_fields,
        "field_prefix": FIELD,
        "read_text": read_text,
        "percent_span": lambda low, high: f"{100 * low:.2f}–{100 * high:.2f} %",
        "percent": lambda share: f"{100 * float(share):.4g} %",
    }
