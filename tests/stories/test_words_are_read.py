"""Officers read words, never codes: every page that a role reaches by links, in both languages, is looked through for
elements, receipts' notation, and names of acts and subjects. `unworded.txt` holds what is left, and may only shrink.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask

from declarations.lifecycle import all_lifecycles
from schemas import catalogue
from simulators.demo import OPTIONS
from simulators.desks import SANDBOX, leave_work
from simulators.entry import DEMO, FIRST_DAY, open_sandbox, settings_for
from simulators.played_day import NoDisplay
from simulators.world import World
from single_window.accounts import rights
from single_window.api.app import create_app
from single_window.cases.subjects import DECISION_KINDS
from single_window.language import phrases
from single_window.wiring import Window
from tests import visible
from tests.officers import signed_in

LEFT = Path(__file__).with_name("unworded.txt")
ROLES = sorted(set(rights.book().roles) - {"participant", "program"})
LANGUAGES = ("zh", "en")
MOST_OF_A_PAGE = 3
"""How often one page is visited, each time with other cases."""
DOWNLOADS = ("/api/", "/static/", "/metrics", "/docs", "/openapi", "/sign-out", "/supervision/plots")
NOTATION = {
    "[Code:": re.compile(r"\[Code:"),
    "],[": re.compile(r"\],\["),
    "[gnum": re.compile(r"\[gnum"),
    'Taxpayer "1"': re.compile(r'Taxpayer "?\d'),
}
SHORTEST_LABEL = 2
Finding = tuple[str, str, str]
"""Language, page, what stands there."""


@cache
def element_names() -> frozenset[str]:
    """Names of elements, none of which is a word of English."""
    listed = phrases.book()["element"]
    parts = [part for entry in catalogue.entries() for part in catalogue.names(entry.code, entry.editions[-1])]
    named = {name for part in parts for name in part}
    return frozenset(name for name in {*listed, *named} if re.search(r"[a-z][A-Z]|\d", name) or name in NO_WORDS)


NO_WORDS = frozenset({"gnum", "gcode", "gname", "gmodel", "qty"})


@cache
def program_names() -> frozenset[str]:
    """Names of acts with underscores, and of kinds of subjects."""
    steps = {step.action for lives in all_lifecycles().values() for step in lives.transitions}
    kinds = {*DECISION_KINDS, *(entry.kind for entry in catalogue.entries())}
    return frozenset(name for name in {*steps, *kinds} if "_" in name)


@cache
def labels_of(language: str) -> frozenset[str]:
    """Whole texts of the other language that no text of this one is equal to."""
    entries = [entry for section in phrases.book().values() for entry in section.values() if "zh" in entry]
    other = "en" if language == "zh" else "zh"
    own = {entry[language] for entry in entries}
    return frozenset(text for entry in entries if len(text := entry[other]) > SHORTEST_LABEL and text not in own)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A window with work at every desk in its sandbox `desks`."""
    settings = settings_for(tmp_path_factory.mktemp("desks"), synchronous="NORMAL", readers=0)
    with open_sandbox(settings, DEMO, World(1), OPTIONS, FIRST_DAY) as session:
        leave_work(session, World(1), 1, 20, NoDisplay())
        yield session.window


def crawled(window: Window, app: Flask, role: str, language: str) -> Iterator[tuple[str, str]]:
    """(page, its text) for what an officer reaches by links; each page with a few cases at most."""
    browser = signed_in(app.test_client(), window, f"reader-{role.replace('_', '-')}", role)
    seen, visits, waiting = set[str](), Counter[str](), deque([f"/review?sandbox={SANDBOX}&lang={language}"])
    routes = app.url_map.bind("localhost")
    while waiting:
        address = waiting.popleft()
        parts = urlsplit(address)
        if address in seen or parts.path.startswith(DOWNLOADS) or not routes.test(parts.path, "GET"):
            continue
        seen.add(address)
        endpoint = str(routes.match(parts.path, "GET")[0])
        query = {name: given[0] for name, given in parse_qs(parts.query).items()}
        if not endpoint.startswith("console.") or query.get("lang") != language or query.get("sandbox") != SANDBOX:
            continue
        visits[endpoint] += 1
        if visits[endpoint] > MOST_OF_A_PAGE:
            continue
        answer = browser.get(f"{parts.path}?{urlencode(query)}", follow_redirects=False)
        if answer.status_code in {302, 303}:
            waiting.append(answer.headers["Location"])
        elif answer.mimetype == "text/html":
            yield endpoint.partition(".")[2], answer.text
            waiting.extend(visible.links(answer.text))


def found_on(page: str, text: str, language: str) -> Iterator[Finding]:
    """What stands on a page that no officer should have to read."""
    for piece in visible.texts(text):
        words = set(re.findall(r"[A-Za-z][A-Za-z_0-9]*", piece))
        for name in sorted(words & (element_names() | program_names())):
            yield language, page, name
        for name, notation in NOTATION.items():
            if notation.search(piece):
                yield language, page, name
        if piece in labels_of(language):
            yield language, page, f"in the other language: {piece}"


def test_every_page_is_in_words(window: Window) -> None:
    app = create_app(window)
    found, pages = set[Finding](), set[tuple[str, str]]()
    for language in LANGUAGES:
        for role in ROLES:
            for page, text in crawled(window, app, role, language):
                pages.add((language, page))
                found |= set(found_on(page, text, language))
    shown = {" ".join(finding) for finding in found}
    listed = {line for line in LEFT.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    assert len(pages) > 40, sorted(pages)
    assert not shown - listed, "\n".join(["These are read on pages:", *sorted(shown - listed)])
    assert not listed - shown, "\n".join(["unworded.txt lists what is gone:", *sorted(listed - shown)])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>[Code:14204;Desc:…],[guarantor: 3702]</p>", ["[Code:", "],["]),
        ("<dl><dt>customsCode</dt><dd>4227</dd></dl>", ["customsCode"]),
        ("<p>send_back, forex_report 23650</p>", ["forex_report", "send_back"]),
        ('<p>Taxpayer "1"</p>', ['Taxpayer "1"']),
        ("<p>等待关员处理</p>", ["in the other language: 等待关员处理"]),
        ("<p>the price, the currency and the note</p>", []),
        ("<pre>customsCode</pre><p class='codes small'>14025 gnum</p><code>send_back</code>", []),
    ],
)
def test_what_is_looked_for_is_found(text: str, found: list[str]) -> None:
    assert [what for _, _, what in found_on("page", f"<html><body>{text}</body></html>", "en")] == found
