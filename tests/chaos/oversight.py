"""What agencies do during a run, injured or not: a plan of spot checks, fined merchants, and officers who decide;
merchants who recall goods, tell of stock abroad that was never exported, of containers that two terminals claim, and of
a manifest to Korea.

The plan draws every line of some goods, so it draws the same whatever its secret is: the reference tells what comes.
Trace batches are left out: their codes follow from a secret. Goods are recalled by item number, which holds no lot:
which lists come before and which after would be chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from stdnum import iso6346

from simulators.companies import TradingCompany
from simulators.draws import guid
from simulators.entry import SandboxSession
from simulators.imports.day import ImportDay
from simulators.imports.trade import ImportTrade
from simulators.messages import SyntheticMessage, make_message
from simulators.receipt_log import ReceiptLog
from simulators.traded import Document, Elements
from simulators.world import World

Call = Callable[[str, str, dict[str, Any] | None], Any]
"""Calls the window: method, path below /api/v1, body; gives the answer, refused or not."""
CHAPTERS = 5
FINED = 2
"""Chapters of the tariff whose goods are drawn, and merchants that are fined."""
FIELDS = "company,agency,event_no,kind,degree,occurred,decided,final,amount"
WAITING = {
    ("spot_check", "/spot-checks", "samples", "sample_no"): {"unqualified": "warn", "overdue": "close_check"},
    ("credit_case", "/credit/cases", "cases", "case_no"): {"proposed": "notify", "unopposed": "uphold"},
    ("recall", "/recalls", "recalls", "recall_no"): {"completed": "close_recall"},
    ("port_case", "/port/cases", "cases", "case_no"): {},
    ("korea_parcel", "/korea/parcels", "parcels", "parcel_no"): {},
}
"""(subject, path, name of the rows, of their numbers) → state → what officers do then."""
PAGE = 100
SEEN = (("QDTERM", "GIN"), ("QDTERM2", "GIN"), ("QDTERM", "GOU"))
"""Terminal and event of a container in each of three nights; in the second another terminal claims it."""


def begin(quiet: SandboxSession, world: World) -> None:
    """Open the plan and tell credit of fines, before anybody trades."""
    client, day = quiet.client, quiet.day.isoformat()
    quiet.set_options(open_desks=True, port="events", korea="on", commerce="on")
    goods = ",".join(sorted({good.hs10[:2] for good in world.goods})[:CHAPTERS])
    change = {"action": "change", "reason": "演练", "amount": "0.5", "since": day}
    client.call("POST", "/cases/parameter/spot_checks.failure/decisions", json=change)
    opens = {"action": "open_plan", "values": {"plan": f"title=演练; goods={goods}; rate=1; days=20"}}
    client.call("POST", "/cases/spot_check/decisions", json=opens)
    rows = [f"{merchant.code},customs,{merchant.code},103,G,{day},{day},{day},2000000" for merchant in world.merchants]
    client.import_master_data("credit_events", "\n".join((FIELDS, *rows[:FINED])) + "\n")
    quiet.settle()


@dataclass(slots=True)
class OverseenDay(ImportDay):
    """A day of imports whose officers decide, each night, about samples and credit cases."""

    call: Call = field(kw_only=True)
    settled: Callable[[], object] = field(kw_only=True)
    recalling: int = 3
    """Merchants who recall goods."""
    title: ClassVar[str] = "the nights that follow, with spot checks and credit"

    def play_night(self, night: int, receipt_log: ReceiptLog) -> None:
        for (subject, path, rows, number), acts in WAITING.items():
            for state, action in acts.items():
                found = self.call("GET", f"{path}?state={state}&limit={PAGE}", None)[rows]
                for row in sorted(found, key=lambda row: str(row[number])):
                    decision = {"action": action, "reason": "演练"}
                    self.call("POST", f"/cases/{subject}/{row[number]}/decisions", decision)
        self.settled()
        self._post(self._told(list(self.nights).index(night)), receipt_log)
        ImportDay.play_night(self, night, receipt_log)

    def _told(self, turn: int) -> Iterator[SyntheticMessage]:
        """What merchants tell the agencies in each night: in the first that they recall goods, of stock abroad and of a
        ship to Korea, in the next two how it goes; and where a container is."""
        sold = {trade.parties.merchant: trade for trade in self.trades if not trade.fault and trade.mode != "9610"}
        for place, (merchant, trade) in enumerate(sorted(sold.items())[: self.recalling]):
            if turn < len(SEEN):
                yield _seen(merchant, trade, _box(place), *SEEN[turn])
            if turn == 0:
                yield _recall_notice(merchant, trade)
                yield _stock_notice(merchant, trade)
                yield _manifest(merchant, trade, _box(place))
            elif turn <= 2:
                yield _report(merchant, trade, turn)


def _recall_notice(merchant: TradingCompany, trade: ImportTrade) -> SyntheticMessage:
    goods = {"goodsKind": "G", "itemNo": _item_of(trade), "hazard": "演练", "remedy": "R"}
    head = {
        "ebcCode": merchant.code,
        "recallNo": f"ZH{merchant.code}",
        **goods,
        "startTime": f"{trade.day:%Y%m%d}080000",
    }
    return _message("RecallNotice", merchant, trade, head)


def _report(merchant: TradingCompany, trade: ImportTrade, turn: int) -> SyntheticMessage:
    """The first report, or the second and last one."""
    sums = {"told": "1", "back": "0", "destroyed": "0", "refunded": "0"} | ({"closed": "Y"} if turn == 2 else {})
    head = {"ebcCode": merchant.code, "recallNo": f"ZH{merchant.code}", "seq": str(turn), **sums}
    head["asOf"] = f"{trade.day:%Y%m%d}230000"
    return _message("RecallProgress", merchant, trade, head)


def _stock_notice(merchant: TradingCompany, trade: ImportTrade) -> SyntheticMessage:
    line = {"gnum": "1", "event": "I", "eventTime": f"{trade.day}T09:00:00+09:00", "itemNo": _item_of(trade)}
    head = {
        "ebcCode": merchant.code,
        "warehouseCode": "SEL01",
        "country": "KOR",
        "noticeNo": f"N{merchant.code}",
        "part": "1",
        "parts": "1",
    }
    head |= {"timeZone": "Asia/Seoul", "asOf": f"{trade.day}T12:00:00+09:00"}
    return _message("OverseasStockNotice", merchant, trade, head, line | {"qty": "1", "unit": "011"})


def _box(place: int) -> str:
    number = f"QDXU{place:06d}"
    return number + str(iso6346.calc_check_digit(number))


def _seen(merchant: TradingCompany, trade: ImportTrade, box: str, terminal: str, event: str) -> SyntheticMessage:
    head = {"terminalCode": terminal, "docNo": f"{event}{box}", "source": "CODECO"}
    line = {"gnum": "1", "event": event, "eventTime": f"{trade.day:%Y%m%d}080000", "containerNo": box}
    return _message("TerminalEvent", merchant, trade, head, line)


def _manifest(merchant: TradingCompany, trade: ImportTrade, box: str) -> SyntheticMessage:
    leaves = trade.day + timedelta(20)  # after the nights in which it is told
    sailing = {"etd": f"{leaves:%Y%m%d}150000", "eta": f"{leaves + timedelta(1):%Y%m%d}080000"}
    head = {"copNo": f"M{merchant.code}", "direction": "1", "logisticsCode": trade.parties.carrier.code, **sailing}
    ports = {"billNo": f"B{merchant.code}", "voyageNo": "2647E", "loadPort": "CNTAO", "dischargePort": "KRINC"}
    line = {"gnum": "1", "hblNo": f"H{merchant.code}", "containerNo": box, "packages": "1", "grossWeight": "0.5"}
    head = {"senderCode": merchant.code, **head, **ports}
    return _message("KoreaManifest", merchant, trade, head, line | {"goodsName": "T-SHIRT"})


def _item_of(trade: ImportTrade) -> str:
    assert trade.inventory is not None
    return trade.inventory.lines[0]["itemNo"]


def _message(
    code: str, sender: TradingCompany, trade: ImportTrade, head: Elements, *lines: Elements
) -> SyntheticMessage:
    opening = {"guid": guid(code, *head.values()), "appType": "1", "appTime": f"{trade.day:%Y%m%d}230000"}
    return make_message(code, [Document({**opening, **head}, list(lines))], sender, ())


def met(call: Call) -> dict[str, int]:
    """How many cases of each subject a sandbox has, by state, at most a page of each."""
    counts: dict[str, int] = {}
    for subject, path, rows, _ in WAITING:
        for row in call("GET", f"{path}?limit={PAGE}", None)[rows]:
            name = f"{subject} {row['state']}"
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))
