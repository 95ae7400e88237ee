"""Every decision that a second officer must approve, about every kind of case, through the pages: proposed, seen by all
who may see it, approved, declined, withdrawn.

The decisions are those of the table of rights: a new one without a row fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select, update

from declarations.calendar import DAY
from declarations.money import scaled_from_text
from declarations.parameters.changing import AMOUNT_KEY
from gateways.traceability.acts import TERMS
from single_window.accounts.people import OPERATOR
from single_window.accounts.rights import book
from single_window.api import create_app
from single_window.cases.case_pages import page_of
from single_window.cases.parameters.pages import FIELD
from single_window.cases.profiles.decisions import DRAFT_NEW
from single_window.cases.recalls.decisions import ORDERING
from single_window.cases.spot_checks.decisions import OPENING
from single_window.cases.subjects import DECISION_KINDS, values
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.master_data.importing import import_csv
from single_window.store import case_queue, proposals
from single_window.store.agency_tables.credit import credit_case
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.agency_tables.traceability import recall
from single_window.store.decisions import DecisionState
from single_window.store.desks import desks
from single_window.store.proposals import NEW_NUMBER
from single_window.store.tables import account_book, decision, guarantee, participant, refund_claim
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.databases import carry_out, fetch, read_by, window_in
from tests.officers import TESTER, Browser, change_parameter, decide, signed_in
from tests.stories.exporting import Sale
from tests.stories.opening import Opening
from tests.stories.refunding import Refunding, export, inventory, purchase
from tests.stories.story import StoryRunner

pytestmark = pytest.mark.long

SANDBOX, REASON = "story", "复检合格"
AS_DECLARED = {f"line-{line}": "as_declared" for line in range(1, 11)}
LOOKING = {"supervisor": "qian", "auditor": "he", "administrator": "gao", "reviewer": "feng", "guest": ""}
"""Who looks at a proposal without settling it, by role."""
LISTS = ("/review", "/supervision", "/log", "/", "/declarations", *(f"/review?desk={name}" for name in desks()))


class Proposed(NamedTuple):
    """What is proposed: about which subject, and which row of the table of rights asks for a second officer."""

    subject: str
    action: str
    row: int = 0
    flow: str = ""
    """That of a list whose quality sample failed."""

    @property
    def name(self) -> str:
        """The kind of case and the act, for reports."""
        return " ".join(filter(None, (self.subject, self.action, str(self.row), self.flow)))


MEASURES = ("rectify", "delist", "send_back_goods", "destroy", "order_recall")
SETTLED = ("approve", "decline", "withdraw")
PROPOSED = (
    Proposed("declaration", "conclude", 1, "I"),
    Proposed("declaration", "conclude", 1, "E"),
    Proposed("declaration", "detain_for_smuggling"),
    Proposed("declaration", "conclude", 0),
    Proposed("declaration", "revalue"),
    Proposed("refund_claim", "approve"),
    Proposed("refund_claim", "reduce"),
    Proposed("registration", "resume"),
    Proposed("parameter", "change"),
    Proposed("guarantee", "change"),
    Proposed("risk_profile", "put_in_force"),
    *(Proposed("spot_check", action) for action in MEASURES),
    Proposed("spot_check", "suspend_seller"),
    Proposed("credit_case", "notify"),
    Proposed("recall", "open_recall"),
    Proposed("recall", "suspend_seller"),
    Proposed("recall", "free_stock"),
    Proposed("recall", "quash_recall"),
    Proposed("open_data_month", "publish"),
)
OFFICERS = {
    "declaration": ("chen", "inspector"),
    "refund_claim": ("li", "tax_officer"),
    "registration": ("ma", "registrar"),
    "parameter": ("wu", "administrator"),
    "guarantee": ("wu", "administrator"),
    "risk_profile": ("sun", "supervisor"),
    "spot_check": ("zhi", "quality_officer"),
    "credit_case": ("xin", "credit_officer"),
    "recall": ("hui", "recall_officer"),
    "open_data_month": ("tong", "statistician"),
}
"""Who proposes: name and role."""
REVIEWER = ("feng", "reviewer")
"""Who proposes a value."""


def author_of(proposed: Proposed) -> tuple[str, str]:
    """Who proposes it: name and role."""
    return REVIEWER if proposed.action == "revalue" else OFFICERS[proposed.subject]


class Prepared:
    """A window at work, with what officers can propose something about; its office is open to browsers."""

    def __init__(self, window: Window) -> None:
        self.window, self.count = window, 0
        self.story = StoryRunner(window, SANDBOX, open_data="on")
        self.opening = Opening(self.story)
        self.months = [f"2026-{month:02d}" for month in range(1, 10)]
        self.claims = Refunding(self.story)
        self.companies = list(self._codes(participant.c.code, participant.c.sandbox))
        self.guarantees = list(self._codes(guarantee.c.assure_code, guarantee.c.sandbox))
        self.lots = list(self._lots())
        failing = "inspection.quality_failure", {AMOUNT_KEY: "1"}, "2026-11-20"
        change_parameter(window, SANDBOX, *failing, by=OPERATOR, reason=REASON)
        sampled = [proposed for proposed in PROPOSED if proposed.flow]
        self.subjects = {proposed: [self._subject(proposed) for _ in SETTLED] for proposed in sampled}
        self._open_plan()
        self.story.pass_time(days=5)
        for rate in ("inspection.quality_failure", "inspection.quality_sampled"):
            change_parameter(window, SANDBOX, rate, {AMOUNT_KEY: "0"}, "2026-11-25", by=OPERATOR, reason=REASON)
        self.subjects |= {
            proposed: [self._subject(proposed) for _ in SETTLED] for proposed in PROPOSED if proposed not in sampled
        }

    def _subject(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        """A new subject of a proposal: its number, and what the form needs beside a reason."""
        self.count += 1
        return getattr(self, f"_{proposed.subject}")(proposed)  # type: ignore[no-any-return]

    def _act(self, about: str, number: str, action: str, **given: object) -> None:
        decide(self.window, SANDBOX, DECISION_KINDS[about], number, Requested(action, REASON, 0, {**given}), TESTER)
        self.window.settle()

    def _declaration(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        if proposed.action == "revalue":
            return self._queried()
        trade: Any = Sale(self.count) if proposed.flow == "E" else self.story.trade(self.count, fault="content_missing")
        if proposed.flow == "E":
            self.story.submit(*trade.messages())
        else:
            self.story.send(trade)
        self._act("declaration", trade.id, "inspect")
        if proposed.action == "detain_for_smuggling":
            return trade.id, {}
        if proposed.row == 0:
            self._act("declaration", trade.id, "detain")
            return trade.id, {}
        return trade.id, AS_DECLARED

    def _queried(self) -> tuple[str, dict[str, str]]:
        """A list whose price is queried, and a value that needs a second officer."""
        trade = self.story.trade(self.count, fault="price_low")
        self.story.send(trade)
        return trade.id, {"method": "similar", "price-1": "1200.00"}

    def _refund_claim(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        number = f"TS{self.count}"
        item = self.claims.summarised([inventory(self.count)], cop_no=f"HZ{self.count}")[0] + "001"
        self.story.submit(self.claims.paper(f"FP{self.count}"))
        self.story.submit(self.claims.claim([export(item), purchase(f"FP{self.count}")], number))
        large = update(refund_claim).values(refund=scaled_from_text("100000.01"))
        carry_out(self.window.engine, large.where(refund_claim.c.cop_no == number))
        return number, {"amount": "1.00"} if proposed.action == "reduce" else {}

    def _open_data_month(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        month = self.months.pop()
        self.opening.draft(month)
        return f"OD{month.replace('-', '')}-1", {}

    def _registration(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        code = self.companies.pop()
        self._act("registration", code, "suspend")
        return code, {}

    def _parameter(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        return "export.weight_tolerance", {f"{FIELD}{AMOUNT_KEY}": f"0.{self.count + 10}", "since": "2026-12-15"}

    def _guarantee(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        return self.guarantees.pop(), {"amount": "9000000"}

    def _risk_profile(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        code = f"profile-{self.count}"
        wanted = Requested("draft", values={"code": code, "profile": "title=礼盒; lane=review; share=0"})
        create(self.window, SANDBOX, "risk_profile", DRAFT_NEW, wanted, TESTER)
        return code, {"since": "2026-12-15"}

    def _open_plan(self) -> None:
        """A plan that draws every line of so many lists."""
        terms = Requested(OPENING.action, values={"plan": "title=全部; rate=1; days=2"})
        create(self.window, SANDBOX, "spot_check", OPENING, terms, TESTER)
        for number in range(500, 500 + len(SETTLED) * (len(MEASURES) + 1)):
            self.story.send(self.story.trade(number))

    def _spot_check(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        """A sample that failed, with no retest to be applied for any more, or whose measure is overdue."""
        untouched = select(spot_check_sample.c.sample_no).where(
            spot_check_sample.c.state.notin_(["unqualified", "overdue"])
        )
        number = str(fetch(self.window.engine, untouched).scalars().first())
        state = "overdue" if proposed.action == "suspend_seller" else "unqualified"
        failed = update(spot_check_sample).values(state=state, reported_at=spot_check_sample.c.drawn_at - 16 * DAY)
        carry_out(self.window.engine, failed.where(spot_check_sample.c.sample_no == number))
        return number, {}

    def _credit_case(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        """A case of a company that was fined."""
        code = self.companies.pop()
        line = f"{code},customs,罚{self.count},103,G,2026-11-20,2026-11-20,2026-11-20,2000000.00,1"
        columns = "company,agency,event_no,kind,degree,occurred,decided,final,amount,documents"
        import_csv(self.window, SANDBOX, "credit_events", f"{columns}\n{line}\n")
        self.window.settle()
        of_company = select(credit_case.c.case_no).where(credit_case.c.ebc_code == code)
        return str(fetch(self.window.engine, of_company).scalar()), {}

    def _recall(self, proposed: Proposed) -> tuple[str, dict[str, str]]:
        """The terms of a recall to be ordered, or one that is not begun in time and holds a lot."""
        company, book, item = self.lots.pop()
        terms = {"ebc": company, "kind": "G", "book": book, "record": item, "hazard": "小零件"}
        if proposed.action == ORDERING.action:
            return NEW_NUMBER, terms
        order = "; ".join(f"{key}={text}" for key, text in terms.items())
        create(self.window, SANDBOX, "recall", ORDERING, Requested(ORDERING.action, values={TERMS: order}), TESTER)
        self.window.settle()
        newest = select(recall.c.recall_no).order_by(recall.c.id.desc())
        number = str(fetch(self.window.engine, newest).scalars().first())
        late = update(recall).where(recall.c.recall_no == number).values(overdue_kind="begin", overdue_at=1)
        carry_out(self.window.engine, late)
        return number, {}

    def _lots(self) -> Any:
        """Company, account book and item of each lot."""
        columns = account_book.c.area_code, account_book.c.ems_no, account_book.c.item_record_no
        chosen = select(*columns).where(account_book.c.sandbox == SANDBOX).order_by(*columns)
        return fetch(self.window.engine, chosen).all()

    def _codes(self, column: Any, sandbox: Any) -> Any:
        return fetch(self.window.engine, select(column).where(sandbox == SANDBOX).order_by(column)).scalars().all()


class Office:
    """The browsers of officers in front of the window."""

    def __init__(self, prepared: Prepared, runtime: Runtime) -> None:
        self.prepared, self.window = prepared, prepared.window
        self.app = create_app(self.window, runtime=runtime)
        self.browsers: dict[str, Browser] = {}

    def browser(self, name: str, role: str) -> Browser:
        """The browser of an officer; of a guest without a name."""
        if name not in self.browsers:
            client = self.app.test_client()
            self.browsers[name] = signed_in(client, self.window, name, role) if name else Browser(client)
        return self.browsers[name]

    def propose(self, proposed: Proposed) -> tuple[str, str]:
        """Propose it on the page of its subject; returns the number of the proposal and the address of that page."""
        number, given = self.prepared.subjects[proposed].pop()
        if number == NEW_NUMBER:
            answer = self.browser(*author_of(proposed)).post(f"/recalls?sandbox={SANDBOX}&lang=en", data=given)
            assert answer.status_code == 303 and "proposed=" in answer.location, answer.text[-2000:]
            return self._newest()
        kind = DECISION_KINDS[proposed.subject]
        name = "inspection" if proposed.flow else proposed.subject
        page = next(page for page in values("pages", DecisionPage) if page.name == name)
        subject = read_by(self.window.engine, kind.find, SANDBOX, number)
        place = re.sub(r"<(path:)?number>", number if page.by_number else str(subject.id), page.path)
        form = {"act": proposed.action, "reason": REASON, "version": str(subject.version), **given}
        answer = self.browser(*author_of(proposed)).post(f"{place}?sandbox={SANDBOX}&lang=en", data=form)
        assert answer.status_code == 303 and f"proposed={proposed.action}" in answer.location, answer.text[-2000:]
        return self._newest()

    def _newest(self) -> tuple[str, str]:
        filed = select(decision.c.id).where(decision.c.state == DecisionState.PROPOSED).order_by(decision.c.id.desc())
        proposal = str(fetch(self.window.engine, filed).scalars().first())
        case = read_by(self.window.engine, case_queue.find, SANDBOX, ("proposal", proposal))
        with self.app.test_request_context(f"/?sandbox={SANDBOX}"):
            return proposal, page_of(case)

    def settle(self, browser: Browser, proposal: str, act: str, reason: str = "") -> str:
        """Send the form of a proposal; returns the query of the page that follows."""
        answer = browser.post(f"/proposals/{proposal}?sandbox={SANDBOX}&lang=en", data={"act": act, "reason": reason})
        assert answer.status_code == 303, answer.text[-2000:]
        following = browser.get(answer.location, follow_redirects=True)
        assert following.status_code == 200, following.text[-2000:]
        return str(answer.location)

    def state(self, proposal: str) -> str:
        """The state of a proposal."""
        return str(fetch(self.window.engine, select(decision.c.state).where(decision.c.id == int(proposal))).scalar())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("second") / "data"
    window = window_in(folder)
    prepared = Prepared(window)
    runtime = Runtime(window)
    runtime.start()
    yield Office(prepared, runtime)
    runtime.stop()
    window.close()


def test_every_decision_that_needs_a_second_officer_has_a_row() -> None:
    wanted = {(subject, action, row) for (subject, action), rows in book().seconds.items() for row in range(len(rows))}
    assert {(proposed.subject, proposed.action, proposed.row) for proposed in PROPOSED} == wanted


@pytest.mark.parametrize(
    "proposed",
    [PROPOSED[0], *(pytest.param(proposed, marks=pytest.mark.long) for proposed in PROPOSED[1:])],
    ids=lambda proposed: proposed.name,
)
def test_it_is_proposed_seen_and_approved_declined_or_withdrawn_on_the_pages(
    office: Office, proposed: Proposed
) -> None:
    second = office.browser("zhao", "supervisor")
    author = office.browser(*author_of(proposed))
    for settle in SETTLED:
        proposal, address = office.propose(proposed)
        if settle == SETTLED[0]:  # as long as it waits it is shown alike, however it is settled then
            assert_seen_by_all(office, proposed, address)
            if proposed.action == ORDERING.action:
                shown = second.get(address).text
                assert "小零件" in shown and "account book" in shown
        if settle == "approve":
            taken = second.post(f"/review/next?sandbox={SANDBOX}", data={"filtered": "1", "desk": desk_of(proposed)})
            assert taken.location.partition("?")[0] == address.partition("?")[0]
            assert "done=" in office.settle(second, proposal, "approve") or proposed.subject == "refund_claim"
            assert office.state(proposal) in {"done", "refused", "filed"}
        elif settle == "decline":
            assert "declined=" in office.settle(second, proposal, "decline", "证据不足")
        else:
            assert "declined=" in office.settle(author, proposal, "decline")
        assert office.state(proposal) != DecisionState.PROPOSED


def desk_of(proposed: Proposed) -> str:
    """The desk at which such a proposal waits."""
    return proposals.desk(book().seconds[proposed.subject, proposed.action][0].right).name


def assert_seen_by_all(office: Office, proposed: Proposed, address: str) -> None:
    """Every list of cases and the page of the subject are shown to everybody who may see them."""
    wrong = {}
    for role, name in LOOKING.items():
        browser = office.browser(name, role)
        for place in (*LISTS, address):
            answer = browser.get(f"{place}{'&' if '?' in place else '?'}sandbox={SANDBOX}")
            if answer.status_code not in {200, 303, 403}:
                wrong[role, place] = str(answer.status_code)
        listed = browser.get(f"/review?desk={desk_of(proposed)}&sandbox={SANDBOX}").text
        if address.partition("?")[0] not in listed:
            wrong[role, "does not find it"] = address
    assert wrong == {}, proposed.name
