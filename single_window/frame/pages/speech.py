"""Text functions for templates: language and sandbox of the request, links, names, times, amounts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from flask import Blueprint, g, request, url_for
from markupsafe import Markup, escape
from sqlalchemy import Connection

from declarations.calendar import HOUR
from declarations.law.citations import in_english
from declarations.money import decimal_of
from declarations.reasons import Reason
from gateways.agency import clock_stops
from gateways.customs.batches.joining import IN_BATCH
from schemas import receipt_texts
from single_window.accounts import rights, rows
from single_window.accounts.people import OPERATOR, STRANGER
from single_window.frame import deciding
from single_window.frame.decision_kinds import GAP, VALUES, Act
from single_window.frame.desks import MAX_COUNTED, overdue_for, waiting
from single_window.frame.http.callers import is_local
from single_window.frame.http.ports import ports
from single_window.frame.pages import masking
from single_window.frame.pages.persons import current_person, form_token
from single_window.frame.typed import local
from single_window.language import codes_in_words, company_names, for_people, phrases, sentences, statuses, words
from single_window.language.acts import act_words
from single_window.language.amounts import with_separators
from single_window.language.hazards import hazard_in_words, known_hazards
from single_window.language.plainly import moment
from single_window.language.prepared_reasons import reason_in_words
from single_window.language.words import Words
from single_window.refused import LARGEST_ID
from single_window.store import alerts, sandboxes
from single_window.store.desks import desks
from single_window.store.engine import reading

_FIGURE = re.compile(r"(?<![A-Za-z0-9_&#.,/-])\d(?:[\d,]*\d)?(?:\.\d+)?%?(?![A-Za-z0-9_/.-]*[A-Za-z0-9_/-])")
"""A number in a sentence that is no part of a code, a day or an escaped character."""
_GUID = re.compile(r"\b([0-9A-Fa-f]{8})(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b")
PUT_OFF = "put_off"
MOVES = frozenset({PUT_OFF, "given", "escalate", "handed_over"})
"""Events of the team that name a person or a day behind an arrow."""
_HANDED = re.compile(r"(?:(?P<by>\S+) )?→ (?P<to>[\w.-]+)")
COMPACT_DAY_LENGTH = len("20261130")


def language() -> str:
    """Return zh or en: from ?lang=, else the browser's preference, else en."""
    wanted = request.args.get("lang", "")
    if wanted in words.LANGUAGES:
        return wanted
    best = request.accept_languages.best_match(["en", "zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "zh-TW", "zh-HK"], "en")
    return words.ZH if best.startswith("zh") else words.EN


def requested_sandbox(connection: Connection) -> str:
    """Return the sandbox in ?sandbox=, else main; raises `UnknownSandbox`. Stores the values for the navigation in `g`:
    all sandboxes, and the numbers of waiting and overdue cases."""
    name = request.args.get("sandbox") or "main"
    found = sandboxes.find(connection, name)
    now, g.open_desks = found.clock.now(), found.options.open_desks and is_local()
    g.sandbox_now, g.options = now, found.options
    names = [name] if current_person() is STRANGER else sandboxes.names(connection)
    g.sandbox, g.sandbox_names, g.waiting = name, names, waiting(connection, name, now)
    g.overdue = overdue_for(connection, name, current_person(), now)
    g.alerted = (
        alerts.count(connection, name, current_person().name, MAX_COUNTED) if current_person().has_account else 0
    )
    return name


def link(endpoint: str, **values: Any) -> str:
    """Return a link that keeps the sandbox and language parameters of the request."""
    kept = {name: request.args[name] for name in ("sandbox", "lang") if request.args.get(name)}
    return url_for(endpoint, **{**kept, **values})


def named_sandbox(connection: Connection) -> str:
    """Return the sandbox in ?sandbox=, else main, for responses without navigation; raises `UnknownSandbox`."""
    name = request.args.get("sandbox") or "main"
    sandboxes.find(connection, name)
    return name


def say(text: Words) -> str:
    """Return a text in the request's language."""
    return text.text(language())


def label(name: str) -> str:
    """Return a label in the request's language."""
    return say(phrases.phrase("label", name))


def when(instant: int) -> str:
    """Format an instant in Asia/Shanghai; empty for 0."""
    return moment(instant)[:19].replace("T", " ") if instant else ""


def to_the_minute(text: str) -> str:
    """Return a time that is told to the second without its seconds: officers read minutes, only a log and a dossier are
    exact."""
    return text[: len("2026-11-30 09:00")]


def unit_words(code: str) -> str:
    """Return the name of a unit of measurement; an unknown code unchanged."""
    return say(codes_in_words.unit(code))


def currency_words(code: str) -> str:
    """Return the name of a currency by its number or letters; an unknown code unchanged."""
    return say(codes_in_words.currency(code))


def country_words(code: str) -> str:
    """Return the name of a country by its number or letters; an unknown code unchanged."""
    return say(codes_in_words.country(code))


def element_words(name: str) -> str:
    """Return the name of an element as an officer reads it; one that is in no schema unchanged."""
    return say(for_people.element(name))


def compared_text(row: Any, place: int) -> str:
    """Return a cell of a comparison of documents: a unit or currency stands there by its name, not by its code."""
    text = str(row.texts[place])
    measure = say(row.measures[place]) if place < len(row.measures) else ""
    return f"{text.rpartition(' ')[0]} {measure}".strip() if measure else text


def cited(source: str) -> Markup:
    """Return what a value cites as an element: in English with the Chinese original as its title."""
    said = source if language() == words.ZH else in_english(source)
    return Markup("<cite>{}</cite>" if said == source else '<cite title="{1}">{0}</cite>').format(said, source)


def emphasised(text: str) -> Markup:
    """Return a sentence, escaped, with its numbers in bold."""
    return Markup(_FIGURE.sub(r"<b>\g<0></b>", str(escape(text))))


def age(since: int, now: int) -> str:
    """Return the age of an instant in its largest unit, of minutes, hours and days."""
    seconds = max(0, now - since) // 1_000
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {say(phrases.phrase('unit_of_time', name))}"
    return f"<1 {say(phrases.phrase('unit_of_time', 'min'))}"


def actor_words(actor: str) -> Words:
    """Return the name of an actor: of an agency, of a role where no person is named, or the account of a person."""
    if actor in phrases.book()["actor"]:
        return phrases.phrase("actor", actor)
    role = rights.book().roles.get(actor)
    return Words(role.zh, role.en) if role else Words(*[officer_name(actor)] * 2)


_WITHOUT_ACCOUNT = frozenset({OPERATOR.name, "laboratory", "port"})
"""Who appears in the log and has no account: the command line, and agencies that hold lists."""


def officer_name(account: str) -> str:
    """Return the name that people read for an account; that of whoever acts by commands, or of an agency, in words."""
    if account in _WITHOUT_ACCOUNT:
        return say(phrases.phrase("actor", account))
    if not current_person().has_account:
        return account  # who has not signed in is told no person
    if "displays" not in g:
        with reading(ports().window.engine) as connection:
            g.displays = rows.displays(connection)
    return str(g.displays.get(account, account))


def brief(reason: Reason) -> str:
    """Return the short form of why a case waits, for a row of a list."""
    return masking.mask_text(say(sentences.short(reason)))


def handed(action: str, text: str) -> str:
    """Return what the log says of a case that changed hands, or waits until a day, in words: "→ wang" is "to wang"."""
    found = _HANDED.match(text) if action in MOVES else None
    if not found:
        return text
    name = "from_to" if found["by"] else "until" if action == PUT_OFF else "to"
    return say(phrases.phrase("handed", name)).format(by=found["by"], to=found["to"]) + text[found.end() :]


def transaction_words(code: str) -> str:
    """Return the name of a transaction of foreign exchange; of an unknown one, what its first digit says."""
    if code in phrases.book()["exchange_transaction"]:
        return say(phrases.phrase("exchange_transaction", code))
    known = phrases.book()["exchange_transactions"]
    return say(phrases.phrase("exchange_transactions", code[:1] if code[:1] in known else "other"))


def readable(text: Words, typed: str = "") -> str:
    """Return a reason's text for people, in the request's language; words that a person `typed` in it as they are."""
    return for_people.spoken(say(text), language(), typed)


def apart(text: str, cut: bool = False) -> Markup:
    """Return a text, escaped, with the guids in it small: they are for programs. With `cut` only their first digits are
    shown, and all of them where one points at them."""
    shown = r'<small class="codes" title="\g<0>">\g<1>…</small>' if cut else r'<small class="codes">\g<0></small>'
    return Markup(_GUID.sub(shown, str(escape(text))))


def plain(text: str, typed: str = "") -> str:
    """Return a stored text of a reason for people: without the notation of receipts, masked; words in it that a person
    `typed` as they are."""
    return masking.mask_text(for_people.spoken(text, language(), typed))


def without_code(text: str, code: str) -> Markup:
    """Return the text of a reason, escaped, with its times as pages write them and the code that stands in it small
    behind it."""
    text = for_people.with_times(text)
    pattern = re.compile(rf"\s*[(（]{re.escape(code)}[)）]") if code else None
    if pattern is None or not pattern.search(text):
        return escape(text)
    return Markup('{} <code class="codes">{}</code>').format(pattern.sub("", text, count=1), code)


def reason_text(reason: str) -> str:
    """Return an officer's stored reason, a prepared one in the reader's language, typed words as they are."""
    return masking.mask_text(reason_in_words(reason).text(language()))


def amount(scaled_amount: int) -> str:
    """Format a scaled amount with thousands separators."""
    return f"{decimal_of(scaled_amount):,.2f}"


def receipt_words(code: str, batch_no: str = "", values: Mapping[str, str] = MappingProxyType({})) -> Words:
    """Return the text of a receipt with a placeholder for the officer's reason; for a member of a batch, it names the
    batch. `values`: those of the case that the text tells; empty if it needs others."""
    rule = IN_BATCH.get(code, code) if batch_no else code
    told = {"reason": GAP, **({"batch_no": batch_no} if batch_no else {}), **values}
    try:
        return Words(*(receipt_texts.words(rule, told, tongue) for tongue in words.LANGUAGES))
    except receipt_texts.NoWords:
        return Words("", "")


def day_text(day: str) -> str:
    """Format a day stored as 20261130 or 2026-11-30."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == COMPACT_DAY_LENGTH and day.isdigit() else day


def may_act(subject: str, action: str, office: str = "") -> bool:
    """True if the visitor has the right to an act on this kind of subject."""
    return rights.may_act(current_person(), subject, action, office)


def open_acts(offered: Sequence[Act], subject: str, office: str, state: str) -> Sequence[Act]:
    """Those of the possible acts on a subject in a state that the visitor has the right to."""
    return deciding.open_acts(current_person(), subject, state, office, offered)


def may_reach(endpoint: str) -> bool:
    """True if the visitor may open the page of an endpoint."""
    return rights.may_reach(current_person(), endpoint)


def person_words() -> str:
    """Return role, authority and customs office of the visitor."""
    user, book = current_person(), rights.book()
    role = book.roles[user.role]
    parts = [
        role.zh if language() == words.ZH else role.en,
        say(book.agencies[user.agency]) if user.agency and not role.agency else "",
        user.office,
    ]
    return " · ".join(part for part in parts if part)


def in_language(chosen: str) -> str:
    """Return the address of this page in another language."""
    endpoint, of_path = _shown_page()
    return url_for(endpoint or "console.day", **{**of_path, **request.args.to_dict(), "lang": chosen})


def given_number(name: str) -> int:
    """Return the parameter of the request with this name as the id of a row; 0 if it is missing or no number."""
    return min(max(0, request.args.get(name, 0, int)), LARGEST_ID)


def given_day(text: str) -> date | None:
    """Parse a day such as 2026-11-30; None if invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def hours(milliseconds: int | None) -> str:
    """Format a duration in hours with one decimal; a dash for None."""
    return "–" if milliseconds is None else f"{milliseconds / HOUR:.1f}"


def shift_day(day: date, days: int) -> str:
    """Return a day shifted by `days`; empty if out of the calendar's range."""
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:
        return ""


def register(blueprint: Blueprint) -> None:
    """Make the functions available to the blueprint's templates."""
    blueprint.context_processor(page_words)


def _shown_page() -> tuple[str, Mapping[str, Any]]:
    """Return the endpoint of the shown page and the values in its path, also if a refused form shows it again."""
    shown: tuple[str, Mapping[str, Any]] = g.get("shown_page") or (request.endpoint or "", request.view_args or {})
    return shown


def _page_is() -> Words | None:
    """Return what the page is for; None for pages of a case, which say why it waits."""
    entry = phrases.book()["page_is"].get(_shown_page()[0].rpartition(".")[2])
    return Words(**entry) if entry else None


FUNCTIONS: Mapping[str, Any] = {
    "say": say,
    "label": label,
    "message_name": lambda code: say(phrases.message(code)),
    "when": lambda instant: to_the_minute(when(instant)),
    "when_exactly": when,
    "dated": day_text,
    "unit_words": unit_words,
    "currency_words": currency_words,
    "country_words": country_words,
    "element_words": element_words,
    "apart": apart,
    "cited": cited,
    "emphasised": emphasised,
    "compared_text": compared_text,
    "link": link,
    "in_language": in_language,
    "shifted": shift_day,
    "tone": phrases.tone,
    "state_words": phrases.state,
    "clock_stops": clock_stops,
    "kind_words": phrases.kind,
    "status_words": statuses.return_status,
    "status_told": statuses.told_of,
    "status_about": statuses.about,
    "status_coloured": statuses.tone_of,
    "phrase": phrases.phrase,
    "event_words": phrases.event,
    "decision_values": VALUES,
    "local": lambda instant: to_the_minute(local(instant)),
    "age": age,
    "hours": hours,
    "act_words": act_words,
    "receipt_words": receipt_words,
    "actor_words": actor_words,
    "officer_name": officer_name,
    "brief": brief,
    "short_name": company_names.short_name,
    "readable": readable,
    "handed": handed,
    "transaction_words": transaction_words,
    "element_value": lambda name, text: for_people.value(name, text, language()),
    "code_name": lambda element, code: say(codes_in_words.name_of(element, code)),
    "plain_text": plain,
    "reason_text": reason_text,
    "hazard_in_words": hazard_in_words,
    "known_hazards": known_hazards,
    "without_code": without_code,
    "value_text": lambda fact: codes_in_words.value(fact.name, fact.text, language()),
    "desk_words": lambda name: desks()[name].words,
    "amount": amount,
    "spaced": with_separators,
    "masking": masking,
    "person_words": person_words,
    "may_act": may_act,
    "open_acts": open_acts,
    "may_reach": may_reach,
    "token": form_token,
}
"""Functions and constant values of all templates, by the names under which they are called there."""


def page_words() -> dict[str, Any]:
    """Return the functions and values for all templates."""
    return {
        **FUNCTIONS,
        "language": language(),
        "sandbox": g.get("sandbox", ""),
        "sandbox_now": g.get("sandbox_now", 0),
        "open_desks": g.get("open_desks", False),
        "sandbox_names": g.get("sandbox_names", ()),
        "waiting_for": g.get("waiting", {}),
        "overdue": g.get("overdue", 0),
        "alerted": g.get("alerted", 0),
        "endpoint": _shown_page()[0],
        "page_is": _page_is(),
        "decide_after": ports().window.settings.decide_after,
        "person": current_person(),
    }
