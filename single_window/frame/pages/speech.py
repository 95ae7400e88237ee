"""Text for templates: language and sandbox of the request, links that keep both, words, times, colours."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, g, request, url_for
from sqlalchemy import Connection

from declarations.calendar import HOUR
from declarations.money import decimal
from declarations.reasons import Reason
from gateways.customs.batches.joining import IN_BATCH
from schemas import receipt_texts
from schemas.codes import units
from single_window.accounts import rights
from single_window.frame.decision_kinds import VALUES
from single_window.frame.desks import overdue_for, waiting
from single_window.frame.http.callers import is_local
from single_window.frame.http.ports import ports
from single_window.frame.pages import masking
from single_window.frame.pages.persons import person, token
from single_window.frame.typed import local
from single_window.language import for_people, phrases, statuses, words
from single_window.language.plainly import moment
from single_window.language.words import Words
from single_window.store import sandboxes
from single_window.store.desks import desks

_AMOUNT = re.compile(r"(?<![\w.,-])\d{4,15}\.\d{2,5}(?![\w.])")
BRIEF = 100
"""Characters of a reason in a list."""
COMPACT = len("20261130")
GAP = "…"
"""Stands for the reason that an officer has not given yet."""


def language() -> str:
    """zh or en: from ?lang=, else what the browser prefers, else en."""
    wanted = request.args.get("lang", "")
    if wanted in words.LANGUAGES:
        return wanted
    best = request.accept_languages.best_match(["en", "zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "zh-TW", "zh-HK"], "en")
    return words.ZH if best.startswith("zh") else words.EN


def requested_sandbox(connection: Connection) -> str:
    """The sandbox that ?sandbox= names, else main; raises `UnknownSandbox`. Remembers all names for the chooser,
    what waits there, and what is overdue."""
    name = request.args.get("sandbox") or "main"
    found = sandboxes.find(connection, name)
    now, g.open_desks = found.clock.now(), found.options.open_desks and is_local()
    g.sandbox, g.sandbox_names, g.waiting = name, sandboxes.names(connection), waiting(connection, name)
    g.overdue = overdue_for(connection, name, person(), now)
    return name


def link(endpoint: str, **values: Any) -> str:
    """A link that keeps sandbox and language where the request chose them."""
    kept = {name: request.args[name] for name in ("sandbox", "lang") if request.args.get(name)}
    return url_for(endpoint, **{**kept, **values})


def named_sandbox(connection: Connection) -> str:
    """The sandbox that ?sandbox= names, else main, for what answers without a page; raises `UnknownSandbox`."""
    name = request.args.get("sandbox") or "main"
    sandboxes.find(connection, name)
    return name


def say(text: Words) -> str:
    """Words in the request's language."""
    return text.text(language())


def label(name: str) -> str:
    """A label in the request's language."""
    return say(phrases.phrase("label", name))


def when(instant: int) -> str:
    """An instant as people read it, in Asia/Shanghai."""
    return moment(instant)[:19].replace("T", " ") if instant else ""


def unit_words(code: str) -> str:
    """A unit of measurement in words; a code that nobody knows, as it stands."""
    unit = units.get(code)
    return code if unit is None else unit.zh if language() == words.ZH else unit.en


def age(since: int, now: int) -> str:
    """The age of an instant, in the largest unit that fits."""
    seconds = max(0, now - since) // 1_000
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {say(phrases.phrase('unit_of_time', name))}"
    return f"{seconds} {say(phrases.phrase('unit_of_time', 's'))}"


def act_words(action: str) -> Words:
    """An officer's act, in words; those of lists come first where lifecycles word it differently."""
    names = (
        phrases.act(action, name)
        for name in ("declaration", "cancellation", "refund", "registration", "refund_claim", "forex_report", "batch")
    )
    return next((named for named in names if named.zh != action), phrases.phrase("other_act", action))


def actor_words(actor: str) -> Words:
    """The name of an actor: an agency in words, anybody else by the name of his account."""
    return phrases.phrase("actor", actor) if actor in phrases.book()["actor"] else Words(actor, actor)


def brief(reason: Reason) -> str:
    """A reason in one line of a list: its words without the brackets that receipts put round them."""
    text = readable(phrases.of_reason(reason))
    return text if len(text) <= BRIEF else f"{text[: BRIEF - 1]}…"


def readable(text: Words) -> str:
    """The words of a reason as people read them, in the request's language."""
    return for_people.reason(say(text), language())


def amount(scaled_amount: int) -> str:
    """An amount with its thousands apart."""
    return f"{decimal(scaled_amount):,.2f}"


def spaced(text: object) -> str:
    """A text in which amounts, which have decimals, have their thousands apart; anything else stays as it is."""
    return _AMOUNT.sub(lambda match: f"{Decimal(match.group()):,}", str(text))


def receipt_words(code: str, batch_no: str = "") -> Words:
    """The text of a receipt of these words, with a gap where the officer's reason stands; that of a batch's member
    names the batch. Empty where it has other gaps."""
    rule = IN_BATCH.get(code, code) if batch_no else code
    values = {"reason": GAP, **({"batch_no": batch_no} if batch_no else {})}
    try:
        return Words(*(receipt_texts.words(rule, values, tongue) for tongue in words.LANGUAGES))
    except receipt_texts.NoWords:
        return Words("", "")


def dated(day: str) -> str:
    """A day as people read it, whether it was kept as 20261130 or as 2026-11-30."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == COMPACT and day.isdigit() else day


def may_act(subject: str, action: str, office: str = "") -> bool:
    """True if whoever looks at the page may do this to such a subject."""
    return rights.may_act(person(), subject, action, office)


def may_reach(endpoint: str) -> bool:
    """True if whoever looks at the page may reach another one."""
    return rights.may_reach(person(), endpoint)


def person_words() -> str:
    """Role, authority and customs office of whoever is signed in."""
    user, book = person(), rights.book()
    role = book.roles[user.role]
    parts = [
        role.zh if language() == words.ZH else role.en,
        say(book.agencies[user.agency]) if user.agency and not role.agency else "",
        user.office,
    ]
    return " · ".join(part for part in parts if part)


def in_language(chosen: str) -> str:
    """This page in another language."""
    arguments = {**(request.view_args or {}), **request.args.to_dict(), "lang": chosen}
    return url_for(request.endpoint or "console.day", **arguments)


def given_day(text: str) -> date | None:
    """The day that a request names as 2026-11-30; None: it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def hours(milliseconds: int | None) -> str:
    """A length of time in hours, to a tenth; a dash where it is not known."""
    return "–" if milliseconds is None else f"{milliseconds / HOUR:.1f}"


def shifted(day: date, days: int) -> str:
    """A neighbouring day; empty where the calendar has none."""
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:
        return ""


def register(blueprint: Blueprint) -> None:
    """Give the blueprint's templates these words."""
    blueprint.context_processor(page_words)


def page_words() -> dict[str, Any]:
    """The functions and values that every template uses for text."""
    return {
        "language": language(),
        "say": say,
        "label": label,
        "when": when,
        "dated": dated,
        "unit_words": unit_words,
        "link": link,
        "in_language": in_language,
        "shifted": shifted,
        "tone": phrases.tone,
        "state_words": phrases.state,
        "kind_words": phrases.kind,
        "status_words": statuses.return_status,
        "status_about": statuses.about,
        "status_coloured": statuses.coloured,
        "phrase": phrases.phrase,
        "event_words": phrases.event,
        "decision_values": VALUES,
        "local": local,
        "age": age,
        "hours": hours,
        "act_words": act_words,
        "receipt_words": receipt_words,
        "actor_words": actor_words,
        "brief": brief,
        "readable": readable,
        "value_text": lambda fact: for_people.value(fact.name, fact.text, language()),
        "desk_words": lambda name: desks()[name].words,
        "amount": amount,
        "spaced": spaced,
        "masking": masking,
        "sandbox": g.get("sandbox", ""),
        "open_desks": g.get("open_desks", False),
        "sandbox_names": g.get("sandbox_names", ()),
        "waiting_for": g.get("waiting", {}),
        "overdue": g.get("overdue", 0),
        "endpoint": request.endpoint,
        "decide_after": ports().window.settings.decide_after,
        "person": person(),
        "person_words": person_words,
        "may_act": may_act,
        "may_reach": may_reach,
        "token": token,
    }
