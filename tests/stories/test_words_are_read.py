"""Officers read words, never codes: every page that a role reaches by links, in both languages, is looked through for
elements, receipts' notation, and names of acts and subjects. `unworded.txt` holds what is left, and may only shrink.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from schemas import catalogue
from simulators.demo import OPTIONS
from simulators.desks import SANDBOX, leave_work
from simulators.entry import DEMO, FIRST_DAY, open_sandbox, settings_for
from simulators.played_day import NoDisplay
from simulators.world import World
from single_window.accounts import rights
from single_window.api.app import create_app
from single_window.cases import proposed, queue, waiting_sentences
from single_window.cases.profiles.decisions import DRAFT_NEW, PROFILE_DECISION
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame import deciding
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.language import phrases, sentences
from single_window.language.refusal import Refusal
from single_window.refused import Refused
from single_window.store import case_queue
from single_window.store.case_queue import Key, QueueFilter
from single_window.store.engine import reading
from single_window.store.tables import declaration
from single_window.wiring import Window
from tests import visible
from tests.officers import named, signed_in

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
    "[name: value]": re.compile(r"\[[^\[\]]*\w[:：][^\[\]]*\]"),
    "two numbers|one key": re.compile(r"\w\|\w"),
    "value@day": re.compile(r"\w@\d{4}-"),
    "state -> state": re.compile(r"[a-z] -> [a-z]"),
    "pool L1": re.compile(r"^L\d{2,}$"),
    "1000000.00": re.compile(r"(?<![\w.,-])\d{7,}\.\d\d(?![\w.])"),
    "letters of a country": re.compile(r"^(?:JPN|KOR|USA|DEU|FRA|AUS|CHN)$"),
}
OF_THE_PROGRAM = re.compile(r"(?<![\w./@-])[a-z]+(?:_[a-z0-9]+)+(?![\w./@-])")
"""A name with underscores: of an act, a state, a kind of subject, a value, an option."""
SHORTEST_LABEL = 2
OFFICER = named("an-officer")
RULE = "title=服装低报; lane=inspect; share=0.4; goods=6109; origins=116"
SEARCHED = ("order_no", "bill_no", "invt_no", "cop_no")
"""Columns of a list by whose numbers is searched."""
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
        decide_each_act(session.window)
        yield session.window


def decide_each_act(window: Window) -> None:
    """Decide each act of each kind of case once, so that the log, lasting states and proposals have pages, too."""
    with reading(window.engine) as connection:
        cases = case_queue.page(connection, SANDBOX, QueueFilter(), most=400)
        possible = [
            (case, act)
            for case in cases
            if (kind := DECISION_KINDS.get(case.subject)) is not None
            for act in kind.acts(connection, SANDBOX, kind.by_id(connection, SANDBOX, case.subject_id))
        ]
    last = {(case.desk, case.flow): case.key for case in cases if case.subject == "declaration"}
    decided, used = set[tuple[str, str]](), set[Key](last.values())
    for case, act in possible:
        if (case.subject, act.action) not in decided and case.key not in used:
            try:
                queue.decide(window, SANDBOX, case, act.action, "情况说明", OFFICER)
            except (Refusal, Refused):
                continue  # needs what only its own form asks for
            decided.add((case.subject, act.action))
            used.add(case.key)
    assert len({subject for subject, _ in decided}) > MOST_OF_A_PAGE
    window.settle()
    propose_profile(window)


def propose_profile(window: Window) -> None:
    """Draft a risk profile and propose to put it in force; and draft one that stays a draft."""
    for code in ("gift-boxes", "low-clothes"):
        wanted = Requested(DRAFT_NEW.action, values={"code": code, "profile": RULE})
        create(window, SANDBOX, PROFILE_DECISION.subject, DRAFT_NEW, wanted, OFFICER)
        window.settle()
    with reading(window.engine) as connection:
        subject = PROFILE_DECISION.find(connection, SANDBOX, "low-clothes")
    wanted = Requested("put_in_force", "低报价格", values={"since": "2027-12-01"})
    deciding.decide(window, SANDBOX, PROFILE_DECISION, subject, wanted, OFFICER)
    window.settle()


def crawled(window: Window, app: Flask, role: str, language: str) -> Iterator[tuple[str, str]]:
    """(page, its text) for what an officer reaches by links; each page with a few cases at most."""
    browser = signed_in(app.test_client(), window, f"reader-{role.replace('_', '-')}", role)
    asked = f"sandbox={SANDBOX}&lang={language}"
    starts = [f"/review?{asked}", *(f"/declarations?number={number}&{asked}" for number in searched(window))]
    seen, visits, waiting = set[str](), Counter[str](), deque(starts)
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
        visits[endpoint] += "number" not in query
        if visits[endpoint] > MOST_OF_A_PAGE:
            continue
        answer = browser.get(f"{parts.path}?{urlencode(query)}", follow_redirects=False)
        assert answer.status_code != 403, f"{role} is led to {address}, which he may not see"
        if answer.status_code in {302, 303}:
            waiting.append(answer.headers["Location"])
        elif answer.mimetype == "text/html":
            yield endpoint.partition(".")[2], answer.text
            waiting.extend(visible.links(answer.text))


def searched(window: Window) -> list[str]:
    """What somebody types into the search: each number of a list, and one of nothing."""
    with reading(window.engine) as connection:
        columns = [declaration.c[name] for name in SEARCHED]
        row = connection.execute(select(*columns).where(declaration.c.sandbox == SANDBOX).limit(1)).one()
    return ["of-nothing", *filter(None, row)]


def found_on(page: str, text: str, language: str) -> Iterator[Finding]:
    """What stands on a page that no officer should have to read."""
    for piece in visible.texts(text):
        words = set(re.findall(r"[A-Za-z][A-Za-z_0-9]*", piece))
        for name in sorted(words & element_names() | set(OF_THE_PROGRAM.findall(piece))):
            yield language, page, name
        for name, notation in NOTATION.items():
            if notation.search(piece):
                yield language, page, name
        if piece in labels_of(language):
            yield language, page, f"in the other language: {piece}"


@pytest.mark.long
def test_what_a_reviewer_reads_is_in_words(window: Window) -> None:
    read = list(crawled(window, create_app(window), "reviewer", "zh"))
    assert len({page for page, _ in read}) > MOST_OF_A_PAGE
    listed = {left(line) for line in LEFT.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    assert not {finding for page, text in read for finding in found_on(page, text, "zh")} - listed


@pytest.mark.long
def test_every_page_is_in_words(window: Window) -> None:
    app = create_app(window)
    found, pages = set[Finding](), set[tuple[str, str]]()
    for language in LANGUAGES:
        for role in ROLES:
            for page, text in crawled(window, app, role, language):
                pages.add((language, page))
                found |= set(found_on(page, text, language))
    listed = {left(line) for line in LEFT.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    assert len(pages) > 40, sorted(pages)
    assert not found - listed, "\n".join(["These are read on pages:", *map(" ".join, sorted(found - listed))])
    stale = sorted(gone(listed, found))
    assert not stale, "\n".join(["unworded.txt lists what is gone:", *map(" ".join, stale)])


def left(line: str) -> Finding:
    """A line of `unworded.txt`."""
    language, page, what = line.split(" ", 2)
    return language, page, what


def gone(listed: Set[Finding], found: Set[Finding]) -> Iterator[Finding]:
    """What is listed and found no more: on no page, or nothing of what is listed for its page. Which cases of a page
    are visited depends on links, so that one of them may lack what another shows."""
    whats = {(language, what) for language, _, what in found}
    pages = {(language, page) for language, page, _ in found & listed}
    yield from ((language, page, what) for language, page, what in listed if (language, what) not in whats)
    yield from ((language, page, what) for language, page, what in listed if (language, page) not in pages)


def test_every_case_that_waits_says_why_in_a_sentence(window: Window) -> None:
    told: list[str] = []
    by_law: dict[str, list[bool]] = {}
    with reading(window.engine) as connection:
        cases = case_queue.page(connection, SANDBOX, QueueFilter(), most=400)
        rows = waiting_sentences.rows_of(connection, SANDBOX, cases)
        proposals = proposed.told(connection, SANDBOX, cases)
        for case in cases:
            whys = waiting_sentences.whys_of(connection, SANDBOX, case.key)
            assert whys and all(why.sentence.zh and why.sentence.en for why in whys), case
            assert all(sentences.is_known(why.code) for why in whys if why.code), case
            most = waiting_sentences.WHOLE if case.key in proposals else sentences.MAX_SHORT
            assert all(0 < len(text) <= most for row in rows[case.key].told for text in (row.zh, row.en))
            told += [why.sentence.en for why in whys]
            for why in whys:
                by_law.setdefault(why.code, []).append(bool(why.law))
    for wanted in (
        r"declared at [\d.]+ yuan a kg \([\d.]+ for an? \w+ of [\d.]+ kg\)\. Usual is [\d,.]+; below",
        r"At the usual price the tax would be [\d,.]+, not [\d.]+\.$",
        r"^Chosen for inspection: 2\.00% of the lists of ordinary companies are drawn, and this is one\.$",
        r"^Chosen for inspection: a sample of its batch \(\w.*\)\.$",
        r"^All goods claimed for came back \(items: \d, the first \w+\)",
        r"^an-officer proposes: put in force \(inspect 40 % · ",
    ):
        assert any(re.search(wanted, sentence) for sentence in told), wanted
    assert all(all(by_law[code]) for code in ("14025", "14500", "17227", "20561.all")), by_law


@pytest.mark.parametrize(
    ("listed", "found", "stale"),
    [
        ({("en", "a", "gnum"), ("en", "b", "gnum")}, {("en", "a", "gnum"), ("en", "b", "gnum")}, 0),
        ({("en", "a", "gnum"), ("en", "a", "qty")}, {("en", "a", "gnum"), ("en", "b", "qty")}, 0),
        ({("en", "a", "gnum"), ("en", "a", "qty")}, {("en", "a", "gnum")}, 1),
        ({("en", "a", "gnum"), ("en", "b", "gnum")}, {("en", "a", "gnum")}, 1),
        ({("en", "a", "gnum"), ("zh", "a", "gnum")}, {("en", "a", "gnum")}, 1),
    ],
)
def test_the_list_may_only_shrink(listed: set[Finding], found: set[Finding], stale: int) -> None:
    assert len(set(gone(listed, found))) == stale


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>[Code:14204;Desc:…],[guarantor: 3702]</p>", ["[Code:", "],[", "[name: value]"]),
        ("<dl><dt>customsCode</dt><dd>4227</dd></dl>", ["customsCode"]),
        ("<p>send_back, forex_report 23650</p>", ["forex_report", "send_back"]),
        ('<p>Taxpayer "1"</p>', ['Taxpayer "1"']),
        ("<p>must carry a rate [code: 95, exported: 2026-11-02]</p>", ["[name: value]"]),
        ("<p>须有退税率[商品编码:95]</p>", ["[name: value]"]),
        ("<td>draft -> in_force</td>", ["in_force", "state -> state"]),
        ("<td>L216</td><b>3702963BKR|TS26</b>", ["pool L1", "two numbers|one key"]),
        (
            "<p>batches.sampling@2019-01-01</p><td>5000000.00</td><td>JPN</td>",
            ["value@day", "1000000.00", "letters of a country"],
        ),
        ("<p>等待关员处理</p>", ["in the other language: 等待关员处理"]),
        ("<p>the price, the currency and the note</p>", []),
        ("<pre>customsCode</pre><p class='codes small'>14025 gnum</p><code>send_back</code>", []),
    ],
)
def test_what_is_looked_for_is_found(text: str, found: list[str]) -> None:
    assert [what for _, _, what in found_on("page", f"<html><body>{text}</body></html>", "en")] == found
