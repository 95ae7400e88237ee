"""The results of a decision about many cases: kept in the officer's session, so that the page that tells it can be
loaded again without deciding again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from flask import request, session

from single_window.cases.bulk_decisions import DecisionResult
from single_window.clock import system_now
from single_window.language import phrases
from single_window.language.words import Words

KEY = "bulk"
MAX_BYTES = 1_500
"""Of the results, compressed: the session is a cookie, of which browsers keep 4 KB. Longer words of refusals become
those that the case's page says more about."""


def keep(sandbox: str, results: Sequence[DecisionResult]) -> str:
    """Keep the results instead of those before, and return the name under which the next page asks for them."""
    rows = _packed(results)
    if len(zlib.compress(json.dumps(rows).encode())) > MAX_BYTES:
        short = phrases.phrase("label", "not_carried_out")
        rows = _packed([each if each.done else each._replace(words=short) for each in results])
    name = str(system_now())
    session[KEY] = {"sandbox": sandbox, "name": name, **rows}
    return name


def kept(sandbox: str) -> Sequence[DecisionResult]:
    """Return the results that the address asks for; empty if others, or none, are kept."""
    found = session.get(KEY, {})
    if request.method != "GET" or (found.get("sandbox"), found.get("name")) != (sandbox, request.args.get("results")):
        return ()
    words = [Words(*pair) for pair in found["words"]]
    return [
        DecisionResult((subject, number), label, bool(done), words[place])
        for subject, number, label, done, place in found["rows"]
    ]


def _packed(results: Sequence[DecisionResult]) -> dict[str, Any]:
    words = list(dict.fromkeys((each.words.zh, each.words.en) for each in results))
    place = {pair: at for at, pair in enumerate(words)}
    rows = [(*each.key, each.label, int(each.done), place[each.words.zh, each.words.en]) for each in results]
    return {"words": words, "rows": rows}
