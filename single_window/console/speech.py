"""What templates say with: language and sandbox of the request, links that keep both, words, times, colours."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g, request, url_for
from sqlalchemy import Connection

from schemas.codes import units
from single_window.console.waiting import COMMANDS, waiting
from single_window.language import statuses, words
from single_window.language.plainly import moment
from single_window.language.words import Words
from single_window.store import sandboxes

COMPACT = len("20261130")


def language() -> str:
    """zh or en: what ?lang= says, else what the browser prefers, else en."""
    asked = request.args.get("lang", "")
    if asked in words.LANGUAGES:
        return asked
    best = request.accept_languages.best_match(["en", "zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "zh-TW", "zh-HK"], "en")
    return words.ZH if best.startswith("zh") else words.EN


def asked_sandbox(connection: Connection) -> str:
    """The sandbox that ?sandbox= names, else main; raises `UnknownSandbox`. Remembers all names for the chooser, and
    what waits there."""
    name = request.args.get("sandbox") or "main"
    sandboxes.find(connection, name)
    g.sandbox, g.sandbox_names, g.waiting = name, sandboxes.names(connection), waiting(connection, name)
    return name


def link(endpoint: str, **values: Any) -> str:
    """A link that keeps sandbox and language where the request chose them."""
    kept = {name: request.args[name] for name in ("sandbox", "lang") if request.args.get(name)}
    return url_for(endpoint, **{**kept, **values})


def say(found: Words) -> str:
    """Words in the request's language."""
    return found.said(language())


def label(name: str) -> str:
    """A label in the request's language."""
    return say(words.phrase("label", name))


def when(instant: int) -> str:
    """An instant as people read it, in Asia/Shanghai."""
    return moment(instant)[:19].replace("T", " ") if instant else ""


def unit_words(code: str) -> str:
    """A unit of measurement in words; a code that nobody knows, as it stands."""
    found = units.get(code)
    return code if found is None else found.zh if language() == words.ZH else found.en


def dated(day: str) -> str:
    """A day as people read it, whether it was kept as 20261130 or as 2026-11-30."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == COMPACT and day.isdigit() else day


def in_language(chosen: str) -> str:
    """This page in another language."""
    arguments = {**(request.view_args or {}), **request.args.to_dict(), "lang": chosen}
    return url_for(request.endpoint or "console.day", **arguments)


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
    """What every template says with."""
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
        "tone": words.tone,
        "state_words": words.state,
        "kind_words": words.kind,
        "status_words": statuses.return_status,
        "status_about": statuses.about,
        "status_coloured": statuses.coloured,
        "phrase": words.phrase,
        "sandbox": g.get("sandbox", ""),
        "sandbox_names": g.get("sandbox_names", ()),
        "waiting_for": g.get("waiting", {}),
        "waiting_commands": COMMANDS,
        "endpoint": request.endpoint,
    }
