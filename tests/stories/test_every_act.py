"""Every act of every kind of subject is done once in every way: over HTTP, by a command on a data folder and at a
window elsewhere, on its page, and in bulk where many may be decided at once; and undone where a counter-entry does so.

The acts are those that the table of rights has for the kinds that there are: a new one without a case fails here."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest
from flask import Flask
from sqlalchemy import Column, select

from declarations.parameters.changing import AMOUNT_KEY
from simulators.imports import stories
from single_window.accounts.rights import book
from single_window.api import create_app
from single_window.api.server.listener import bind
from single_window.cases.credit.queries import CASE_ROWS
from single_window.cases.parameters.pages import FIELD
from single_window.cases.profiles.decisions import DRAFT_NEW
from single_window.cases.quality.decisions import GOLDEN
from single_window.cases.subjects import DECISION_KINDS, values
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.process.serving import Server
from single_window.store.tables import guarantee, participant, request
from single_window.wiring import Window
from single_window.work import filing
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.databases import carry_out, fetch, read_by, window_in
from tests.officers import PASSWORD, TESTER, Browser, account, decide, named, signed_in
from tests.stories.batching import Batching
from tests.stories.commerce import Commerce
from tests.stories.exchanging import Exchanging, leg
from tests.stories.exporting import Sale
from tests.stories.korea import Imports, Korea
from tests.stories.opening import Opening
from tests.stories.overseas import Overseas, told
from tests.stories.port import CARRIER, OTHER_TERMINAL, Port
from tests.stories.recalled import recalls_of_acts
from tests.stories.refunding import Refunding, export, inventory, purchase
from tests.stories.registering import NEWCOMER, application
from tests.stories.story import WORLD, StoryRunner
from tests.stories.test_credit import fined, tell
from tests.stories.test_laboratory_faults import unreported
from tests.stories.test_spot_checks import announced_samples, failed_samples, refused_samples

SANDBOX, LISTS = "story", "lists"
OFFICERS = {"guarantee": "chen", "parameter": "chen"}
"""Who decides: an administrator about what a sandbox has of its own, a supervisor (wang) about everything else."""
REASON = "测试"
Act: TypeAlias = tuple[str, str]
UNDER_INSPECTION, ELSEWHERE = ("inspect",), ("review", "conclude")
ASKED = (("ask",), ("remind", "ask"), ("withdraw", "ask"))
"""What is asked of a declarant, with the acts before."""
REQUESTED = (("review",), ("approve",), ("reject",), ("take_back", "approve"), *ASKED)
BOXES = ("QDXU1000036", "QDXU1000041", "QDXU1000057")
NEEDED: Mapping[str, dict[str, Any]] = {
    "reduce": {"amount": "1.00"},
    "grade": {"grade": "certified", "since": "2026-12-01"},
    "correct": {"until": "2027-02-28"},
    "take": {"quantity": "1", "seal": "F1", "kept": "0.5", "storage": "一号库"},
}
"""What acts need beside a reason."""


class Case(NamedTuple):
    """A subject on which an act is possible, and what the act needs beside a reason."""

    sandbox: str
    number: str
    given: Mapping[str, Any]


class Done(NamedTuple):
    """The result of an act: its status, and the state after it."""

    status: str
    after: str


def acts() -> set[Act]:
    """Every act of every kind but those that make a subject, for there is nothing yet to decide about."""
    every = {(str(subject), action) for subject, action in book().acts if subject in DECISION_KINDS}
    made = {(name, creation.action) for name, kind in DECISION_KINDS.items() for creation in kind.creations}
    return every - made | {("proposal", "approve"), ("proposal", "decline")}


class Prepared:
    """A data folder in which each act is possible on a subject of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cases: dict[Act, Case] = {}
        self._window = window_in(folder)
        self._story, self._lists = StoryRunner(self._window, SANDBOX), StoryRunner(self._window, LISTS)
        for prepare in (self._imports, self._requests, self._claims, self._reports, self._companies, self._batches):
            prepare()
        self._spot_checks()
        self._recalls()
        self._overseas()
        self._filing()
        self._port()
        self._korea()
        self._commerce()
        self._open_data()
        self._values()
        self._profiles()
        self._credit()
        self._checks()
        for name in ("wang", "zhao"):
            account(self._window, name)
        account(self._window, "chen", "administrator")
        self._window.close()

    def actions(self, kind: str) -> list[str]:
        """The actions that are possible on subjects of a kind."""
        return [action for about, action in self.cases if about == kind]

    def _add(self, kind: str, action: str, number: str, *before: str, sandbox: str = SANDBOX, **given: Any) -> None:
        for step in before:
            about = {"as_declared": True} if (kind, step) == ("declaration", "conclude") else {}
            decided = decide(
                self._window, sandbox, DECISION_KINDS[kind], number, Requested(step, REASON, 0, about), TESTER
            )
            self._window.settle()
            assert filing.outcome(self._window, sandbox, decided.decision).done, (kind, action, step)
        self.cases[kind, action] = Case(sandbox, number, {**NEEDED.get(action, {}), **given})

    def _spot_checks(self) -> None:
        story = StoryRunner(self._window, "checks")
        failed = iter(failed_samples(story))
        for action in ("close_check", "suspend_seller"):
            self._add("spot_check", action, next(failed), "warn", sandbox="checks")
        story.pass_time(days=31)
        for action in ("warn", "delist", "rectify", "send_back_goods", "destroy", "order_recall"):
            self._add("spot_check", action, next(failed), sandbox="checks")
        for action, sample in zip(("excuse", "insist"), refused_samples(story), strict=False):
            self._add("spot_check", action, sample, sandbox="checks")
        for action, sample in zip(("take", "refuse_sampling"), announced_samples(story), strict=False):
            self._add("spot_check", action, sample, sandbox="checks")
        for action, sample in unreported(StoryRunner(self._window, "laboratories")).items():
            self._add("spot_check", action, sample, sandbox="laboratories")

    def _recalls(self) -> None:
        for name, numbers in recalls_of_acts(self._window).items():
            for action, (number, *before) in numbers.items():
                self._add("recall", action, number, *before, sandbox=name)

    def _overseas(self) -> None:
        overseas = Overseas(StoryRunner(self._window, "abroad"))
        overseas.claimed_ahead(overseas.exported("100", kinds=4), "100", "1290.00", "600.00", "TS0")
        sale = told("S", "2026-11-01T12:00:00+01:00", "1", ref="O1")
        overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "99"), sale)
        overseas.story.pass_time(days=2)
        self._add("overseas_case", "uncount", overseas.case("E").case_no, sandbox="abroad")
        overseas.tell(told("C", "2026-11-06T00:00:00+01:00", "90"))
        self._add("overseas_case", "accept", overseas.case("X").case_no, sandbox="abroad")
        for goods, (action, *before) in zip(("SKU2", "SKU3", "SKU4"), ASKED, strict=True):
            overseas.tell(told("C", "2026-11-07T00:00:00+01:00", "5", itemNo=goods))
            self._add("overseas_case", action, overseas.case("X").case_no, *before, sandbox="abroad")

    def _port(self) -> None:
        port = Port(StoryRunner(self._window, "quay", port="full"))
        port.tell(port.told("GIN", 1, billNo="NGB1"))
        port.released(Sale(1))
        withdrawn = port.withdraw(str(port.story.column(Sale(1), "invt_no")))  # type: ignore[arg-type]
        self._add("port_case", "restore_release", withdrawn.case_no, sandbox="quay")
        port.tell(port.told("GIN", 2), terminal=OTHER_TERMINAL)
        self._add("port_case", "accept", port.cases("T")[0].case_no, sandbox="quay")
        for box, (action, *before) in zip(BOXES, ASKED, strict=True):
            port.tell(port.told("GIN", 1, box))
            port.tell(port.told("GIN", 2, box), terminal=CARRIER.code)
            self._add("port_case", action, port.cases("T")[-1].case_no, *before, sandbox="quay")
        for box, action in zip(BOXES, ("first_line", "second_line"), strict=False):
            for line in WORLD.merchants[:2]:
                port.tell(port.told("BKD", 1, box), terminal=WORLD.site.code, sender=line, lineCode=line.code)
            self._add("port_case", action, port.cases("B")[-1].case_no, sandbox="quay")

    def _korea(self) -> None:
        story = StoryRunner(self._window, "incheon", korea="on")
        korea, acts = Korea(story), ("inquire", "hold", "send_back", "clear")
        korea.manifest(*acts)
        korea.list(*map(korea.line, acts))
        for action in acts:
            self._add("korea_parcel", action, f"KR1-2026-{action}", sandbox="incheon")
        for number, action in enumerate(("prove", "refuse_preference"), 1):
            imports = Imports(story, number)
            imports.exported(f"K{number}")
            imports.declare()
            self._add("korea_parcel", action, f"KR2-2026-{imports.house}", sandbox="incheon")

    def _commerce(self) -> None:
        commerce = Commerce(StoryRunner(self._window, "commerce", commerce="on"))
        commerce.name_reporter()
        commerce.story.pass_time(days=150)
        for (action, *before), case in zip((("press",), ("accept",), *ASKED), commerce.cases("O"), strict=True):
            self._add("commerce_case", action, case.case_no, *before, sandbox="commerce")
        self._licences()

    def _licences(self) -> None:
        commerce = Commerce(StoryRunner(self._window, "licences", commerce="on"))
        trade = commerce.story.trade()
        others = [company for company in WORLD.merchants if company != trade.parties.merchant]
        for company in (trade.parties.merchant, *others[:2]):
            commerce.record("2020-01-01,1,2", company=company)
        commerce.story.send(trade)
        numbers = {case.company: case.case_no for case in commerce.cases()}
        first, second, third = (numbers[company.code] for company in (trade.parties.merchant, *others[:2]))
        self._add("commerce_case", "let_through", first, sandbox="licences", lists=[trade.id])
        self._add("commerce_case", "refuse_lists", second, sandbox="licences")
        self._add("commerce_case", "admit_lists", third, "refuse_lists", sandbox="licences")

    def _open_data(self) -> None:
        opening = Opening(StoryRunner(self._window, "open", open_data="on"))
        for action, month in (("publish", "2026-10"), ("discard", "2026-09")):
            opening.draft(month)
            self._add("open_data_month", action, opening.months()[-1].release_no, sandbox="open")

    def _imports(self) -> None:
        waiting = {
            "reject": (),
            "suspend": (),
            "inspect": (),
            "conclude": (),
            "review": ("suspend",),
            "send_back": UNDER_INSPECTION,
            **dict.fromkeys(
                ("detain_for_clearance", "detain_for_smuggling", "detain_for_legal", "detain"), UNDER_INSPECTION
            ),
            **{action: tuple(before) for action, *before in ASKED},
        }
        for place, (action, before) in enumerate(waiting.items()):
            trade = self._lists.trade(place, fault="price_low")
            self._lists.send(trade)
            given = {"as_declared": True} if action == "conclude" else {}
            self._add("declaration", action, trade.id, *before, sandbox=LISTS, **given)
        cheap = self._lists.trade(51, fault="price_low")
        self._lists.send(cheap)
        self._add("declaration", "revalue", cheap.id, sandbox=LISTS, method="similar", prices={"1": "12.00"})
        sound, sale = self._lists.trade(50), Sale(1)
        self._lists.send(sound)
        self._add("declaration", "close", sound.id, sandbox=LISTS)
        self._lists.submit(*sale.messages())
        self._add("declaration", "release", sale.id, *ELSEWHERE, sandbox=LISTS)

    def _requests(self) -> None:
        for place, (action, *before) in enumerate(REQUESTED):
            trade = self._lists.trade(60 + place)
            self._lists.send(trade)
            self._lists.submit(stories.refund(trade, str(self._lists.column(trade, "invt_no"))).body)
            key = fetch(self._window.engine, select(request.c.key).order_by(request.c.id.desc())).scalars().first()
            self._add("request", action, str(key).rpartition("|")[2], *before, sandbox=LISTS)

    def _claims(self) -> None:
        driver = Refunding(self._story)
        claims = (*ASKED, ("approve",), ("reduce",), ("refuse",), ("recover", "approve"))
        for place, (action, *before) in enumerate(claims):
            item = driver.summarised([inventory(place + 1)], cop_no=f"HZ{place}")[0] + "001"
            driver.story.submit(driver.paper(f"FP{place}"))
            driver.story.submit(driver.claim([export(item), purchase(f"FP{place}")], f"TS{place}"))
            self._add("refund_claim", action, f"TS{place}", *before)

    def _filing(self) -> None:
        driver = Refunding(StoryRunner(self._window, "filing", require_filing_index=True))
        acts = (*ASKED, ("accept",), ("breach",))
        for place in range(len(acts)):
            item = driver.summarised([inventory(place + 1)], cop_no=f"HZ{place}")[0] + "001"
            driver.story.submit(driver.paper(f"FP{place}"))
            driver.story.submit(driver.claim([export(item), purchase(f"FP{place}")], f"TS{place}"))
        driver.story.pass_time(days=16)
        for place, (action, *before) in enumerate(acts):
            self._add("filing_case", action, f"TS{place}", *before, sandbox="filing")

    def _reports(self) -> None:
        driver = Exchanging(self._story, "C")
        for place, (action, *before) in enumerate((("approve",), ("refuse",), *ASKED)):
            (order,) = driver.sold(100 + place)
            driver.reports(leg(order), cop_no=f"SH{place}")
            self._add("forex_report", action, f"SH{place}", *before)

    def _companies(self) -> None:
        known = self._codes(participant.c.code, participant.c.sandbox)
        for action, before in (("suspend", ()), ("resume", ("suspend",)), ("grade", ()), ("correct", ())):
            self._add("registration", action, known.pop(), *before)
        applied = {"approve": (), "refuse": (), **{action: tuple(before) for action, *before in ASKED}}
        for action, before in applied.items():
            story = StoryRunner(self._window, f"company-{action}")
            story.submit(application(NEWCOMER, kinds="merchant;warehouse"))
            self._add("registration", action, NEWCOMER.code, *before, sandbox=story.sandbox)

    def _batches(self) -> None:
        driver = Batching(self._story)
        (trade,) = driver.trades(1, 300)
        self._add("batch", "add", driver.open(), lists=[trade.id])
        number, trades = driver.gathered(2)
        self._add("batch", "remove", number, lists=[trades[0].id])
        self._window.set_options(SANDBOX, inspection=True)
        self._add("batch", "review", self._drawn(driver))
        number, trades = driver.open(), driver.trades(2, 400)
        driver.add(number, trades)
        driver.send(trades)
        self._add("batch", "declare", number)

    def _drawn(self, driver: Batching) -> str:
        for turn in range(1, 40):
            number, trades = driver.open(), driver.trades(4, turn * 4)
            driver.add(number, trades)
            driver.send(trades)
            driver.ask(number, "declare")
            if driver.batch(number).drawn:
                return number
        raise AssertionError("no batch was spot-checked")

    def _values(self) -> None:
        guarantees = self._codes(guarantee.c.assure_code, guarantee.c.sandbox)
        self._add("guarantee", "change", guarantees[0], amount="2000000")
        self._add("parameter", "change", "inspection.quality_failure", amount="0.05", since="2026-11-25")
        proposer = named("gao", "administrator")
        for code, action in zip(guarantees[1:], ("approve", "decline"), strict=False):
            wanted = Requested("change", REASON, 0, {"amount": "3000000"})
            proposed = decide(self._window, SANDBOX, DECISION_KINDS["guarantee"], code, wanted, proposer)
            self._add("proposal", action, str(proposed.decision))

    def _profiles(self) -> None:
        rule = "title=礼盒; lane=review; share=0; goods=3304"
        for code, action, given in (
            ("a1", "redraft", {"profile": rule}),
            ("a2", "put_in_force", {"since": "2026-11-25"}),
        ):
            wanted = Requested("draft", values={"code": code, "profile": rule})
            create(self._window, SANDBOX, "risk_profile", DRAFT_NEW, wanted, named("qian"))
            self._add("risk_profile", action, code, **given)

    def _credit(self) -> None:
        story, merchants = StoryRunner(self._window, "credit"), (merchant.code for merchant in WORLD.merchants)

        def propose(day: str) -> str:
            code = next(merchants)
            tell(story, fined(code, "1000000.01", day, whose=code))
            return read_by(self._window.engine, CASE_ROWS.newest, "credit", merchant=code)[0].case_no

        decided = [propose("2026-11-02") for _ in range(3)]
        for number in decided:
            self._add("credit_case", "uphold", number, "notify", "object", "uphold", sandbox="credit")
        story.pass_time(days=190)
        self._add("credit_case", "apply_repair", decided[0], sandbox="credit")
        self._add("credit_case", "repair", decided[1], "apply_repair", sandbox="credit")
        self._add("credit_case", "refuse_repair", decided[2], "apply_repair", sandbox="credit")
        for action, *before in (("notify",), ("object", "notify"), ("uphold", "notify", "object")):
            self._add("credit_case", action, propose("2027-05-20"), *before, sandbox="credit")
        self._add("credit_case", "drop", propose("2027-05-20"), sandbox="credit", until="2027-12-31")
        for action, *before in ASKED:
            self._add("credit_case", action, propose("2027-05-20"), "notify", "object", *before, sandbox="credit")
        advanced = participant.update().where(participant.c.sandbox == "credit").values(credit_grade="advanced")
        carry_out(self._window.engine, advanced)
        given = {"sandbox": "credit", "grade": "ordinary"}
        self._add("credit_case", "lessen", propose("2027-05-20"), "notify", "object", **given)

    def _checks(self) -> None:
        trade = self._lists.trade(95, fault="price_low")
        self._lists.send(trade)
        self._lists.decide(trade, "reject")
        values = {"subject": "declaration", "number": trade.id, "choice": "reject"}
        wanted = Requested("mix_in", REASON, values=values)
        made = create(self._window, LISTS, "quality_check", GOLDEN, wanted, named("qian"))
        self._add("quality_check", "check", str(made), sandbox=LISTS, choice="conclude")

    def _codes(self, column: Column[str], sandbox: Column[str]) -> list[str]:
        return list(fetch(self._window.engine, select(column).where(sandbox == SANDBOX).order_by(column)).scalars())


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return Prepared(tmp_path_factory.mktemp("every") / "data")


@pytest.fixture
def folder(prepared: Prepared, tmp_path: Path) -> Path:
    """A copy of the folder, in which each act is done once."""
    return Path(shutil.copytree(prepared.folder, tmp_path / "data"))


def officer(kind: str) -> str:
    return OFFICERS.get(kind, "wang")


def subject_of(window: Window, kind: str, case: Case) -> Subject:
    return read_by(window.engine, DECISION_KINDS[kind].find, case.sandbox, case.number)


def each_act(prepared: Prepared, do: Callable[[str, str, Case], Done], only: Sequence[Act] = ()) -> None:
    """Do each act; those that are not done, or wait for nobody, are told together."""
    wrong = {}
    for kind, action in sorted(only or prepared.cases):
        done = do(kind, action, prepared.cases[kind, action])
        expected = {"declined"} if (kind, action) == ("proposal", "decline") else {"done", "proposed"}
        if done.status not in expected:
            wrong[kind, action] = done
    assert wrong == {}


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    window = window_in(folder)
    with Server(window, bind("127.0.0.1", 0), folders=False) as server:
        yield server
    window.close()


# the ways


def test_every_act_has_a_case(prepared: Prepared) -> None:
    assert set(prepared.cases) == acts()


@pytest.mark.long
def test_over_http_and_undone_where_something_undoes_it(prepared: Prepared, folder: Path) -> None:
    undone: set[Act] = set()
    with working(folder) as (_, app), app.test_client() as client:

        def post(kind: str, action: str, case: Case) -> Done:
            address = f"/api/v1/cases/{kind}/{case.number}/decisions"
            how: Any = {"headers": {"X-Sandbox": case.sandbox}, "auth": (officer(kind), PASSWORD)}
            answer = client.post(address, json={"action": action, "reason": REASON, **case.given}, **how).json
            if answer.get("status") == "proposed":
                how["auth"] = ("zhao", PASSWORD)
                answer = client.post(answer["links"]["settle"], json={"action": "approve"}, **how).json
            now = client.get(address, **how).json
            for counter in set(now["undone_by"]) & {act["action"] for act in now["acts"]}:
                about = {"as_declared": True} if counter == "conclude" else {}
                back = client.post(address, json={"action": counter, "reason": REASON, **about}, **how)
                assert back.status_code in {200, 202}, (kind, action, counter, back.json)
                undone.add((kind, action))
            return Done(answer.get("status", str(answer)), answer.get("after", ""))

        each_act(prepared, post)
    detained = {("declaration", action) for action in prepared.actions("declaration") if action.startswith("detain")}
    asked = {(kind, action) for kind, action in prepared.cases if action in {"ask", "remind"}}
    resumed = {("declaration", "suspend"), ("registration", "suspend"), ("registration", "resume")}
    assert undone == {*resumed, *detained, *asked}


def by_command(kind: str, action: str, case: Case, *where: str) -> Done:
    options = [
        word
        for name, value in case.given.items()
        for word in (["--as-declared"] if value is True else [f"--{NAMES.get(name, name)}", *_texts(value)])
    ]
    arguments = ["act", case.number, action, "--about", kind, "--reason", REASON, "--sandbox", case.sandbox]
    result = run_command(*arguments, *options, "--json", *where)
    if result.exit_code:
        return Done(result.output, "")
    answer = json.loads(result.stdout)
    return Done(answer["status"], answer["after"])


NAMES = {"lists": "list", "prices": "price"}


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}={text}" for key, text in value.items()]
    return [str(text) for text in (value if isinstance(value, list) else [value])]


@pytest.mark.long
def test_by_command_on_a_data_folder(prepared: Prepared, folder: Path) -> None:
    each_act(prepared, lambda kind, action, case: by_command(kind, action, case, "--data", str(folder)))


@pytest.mark.long
def test_by_command_at_a_window_elsewhere(prepared: Prepared, folder: Path) -> None:
    with served(folder) as server:
        url = server.url

        def command(kind: str, action: str, case: Case) -> Done:
            return by_command(kind, action, case, "--url", url, "--key", f"{officer(kind)}:{PASSWORD}")

        each_act(prepared, command)


FIELDS = {("parameter", "amount"): f"{FIELD}{AMOUNT_KEY}"}
"""What a page calls a value otherwise than a call does."""


@pytest.mark.long
def test_on_its_page(prepared: Prepared, folder: Path) -> None:
    pages = {str(page.kind.subject): page for page in reversed(values("pages", DecisionPage))}
    assert set(pages) == set(DECISION_KINDS)
    with in_browsers(folder) as (window, browsers):

        def post(kind: str, action: str, case: Case) -> Done:
            page, subject = pages[kind], subject_of(window, kind, case)
            place = re.sub(r"<(path:)?number>", case.number if page.by_number else str(subject.id), page.path)
            form = {"act": action, "reason": REASON, "version": str(subject.version)}
            form |= {FIELDS.get((kind, name), name): " ".join(_texts(value)) for name, value in case.given.items()}
            form |= {f"price-{line}": price for line, price in case.given.get("prices", {}).items()}
            answer = browsers[officer(kind)].post(f"{place}?sandbox={case.sandbox}&lang=en", data=form)
            if answer.status_code != 303:
                return Done(f"{answer.status_code} {_alert(answer.text)}", "")
            status = re.search(r"&(done|proposed|declined|filed)=", answer.location.replace("?", "&"))
            return Done(status[1] if status else answer.location, "")

        each_act(prepared, post)


@pytest.mark.long
def test_in_bulk(prepared: Prepared, folder: Path) -> None:
    many = [(name, action) for name, kind in DECISION_KINDS.items() for action in kind.bulk]
    assert set(many) <= set(prepared.cases)
    with in_browsers(folder) as (window, browsers):

        def post(kind: str, action: str, case: Case) -> Done:
            subject = subject_of(window, kind, case)
            version = 0 if kind == "proposal" else subject.version
            form = {
                "act": f"{kind}.{action}",
                "reason": REASON,
                "case": [f"{kind}~{subject.id}~{version}"],
            }
            answer = browsers[officer(kind)].post(
                f"/review/cases?sandbox={case.sandbox}&lang=en", data=form, follow_redirects=True
            )
            after = subject_of(window, kind, case)
            changed = (after.state, after.version) != (subject.state, subject.version)
            declined = "declined" if (kind, action) == ("proposal", "decline") else "done"
            return Done(declined if changed else f"{answer.status_code} {_alert(answer.text)}", after.state)

        each_act(prepared, post, many)


@contextmanager
def in_browsers(folder: Path) -> Iterator[tuple[Window, Mapping[str, Browser]]]:
    with working(folder) as (window, app):
        roles = {"wang": "supervisor", "chen": "administrator"}
        yield window, {name: signed_in(app.test_client(), window, name, role) for name, role in roles.items()}


@contextmanager
def working(folder: Path) -> Iterator[tuple[Window, Flask]]:
    window = window_in(folder)
    runtime = Runtime(window)
    runtime.start()
    yield window, create_app(window, runtime=runtime)
    runtime.stop()
    window.close()


def _alert(page: str) -> str:
    found = re.search(r'role="alert"[^>]*>(.{0,300})', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", found[1])) if found else re.sub(r"\s+", " ", page[-300:])
