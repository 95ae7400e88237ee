"""Acts of officers: each is carried out or refused as it must be, and what does otherwise is named."""

from simulators.officers.acts import (
    AMENDMENT_NOTE,
    CONCLUDED,
    DONE,
    NOT_FILED,
    PROPOSED,
    REASON,
    REFUSED,
    SEIZED,
    ActsDay,
    _check_reasons,
)
from simulators.officers.overtaken import PATH, _verdict
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.world import World
from tests.tables import each


class Desk:
    """Answers acts as a table says, by action; what it does not name is done."""

    persons = True

    def __init__(self, **answers):
        self.answers, self.filed, self.log = answers, [], []

    def settle(self):
        pass

    def decide_list(self, number, action, reason, role, officer, office, *, cosmetics=None):
        lawful = bool(reason) and role != "tax_officer" and not office and action != "release"
        lawful &= action != "conclude" or bool(cosmetics)
        become = self.answers.get(f"{action}_{officer}", self.lawful(action, officer) if lawful else NOT_FILED)
        if become == NOT_FILED:
            return 0
        self.filed.append(become)
        chosen = [f"第{line}项：高档化妆品" for line in cosmetics or ()]
        self.log.append((len(self.filed), officer, role, "; ".join([reason, *chosen]), become))
        return len(self.filed)

    def lawful(self, action, officer):
        return {"detain_for_smuggling": PROPOSED}.get(action, REFUSED if officer == "乙" else DONE)

    def approve(self, decision, role, officer):
        if role != "supervisor" and "approve" not in self.answers:
            return False
        self.filed[decision - 1] = DONE
        self.log.append((decision, officer, role, "", "approved"))
        return True

    def state_of(self, number, decision):
        return self.filed[decision - 1]

    def logged(self):
        return self.log


def complaints(desk, acts):
    day = ActsDay(desk, World(1), 1, None, ReceiptLog(()), "P1")
    return list(day._play_acts(type("List", (), {"id": "D1"}), acts))


def test_officers_who_do_what_they_may_and_nothing_else_leave_nothing_to_say():
    assert complaints(Desk(), CONCLUDED) == complaints(Desk(), SEIZED) == []


@each(
    ("acts", "answers", "complaint"),
    [
        (CONCLUDED, {"reject_甲": DONE}, "reviewer 甲 reject: done, and should be not filed"),
        (CONCLUDED, {"reject_丙": DONE}, "tax_officer 丙 reject: done, and should be not filed"),
        (CONCLUDED, {"reject_乙": DONE}, "reviewer 乙 reject: done, and should be refused"),
        (CONCLUDED, {"suspend_己": DONE}, "reviewer 己 suspend: done, and should be not filed"),
        (CONCLUDED, {"conclude_甲": NOT_FILED}, "reviewer 甲 could not conclude"),
        (SEIZED, {"approve": DONE}, "丁 could approve what was proposed"),
        (SEIZED, {"inspect_甲": REFUSED}, "reviewer 甲 inspect: refused, and should be done"),
    ],
)
def test_an_act_that_comes_to_something_else_is_named(acts, answers, complaint):
    assert complaint in complaints(Desk(**answers), acts)


def test_a_log_that_names_somebody_else_is_named():
    desk = Desk()
    desk.logged = lambda: [(number, "", role, reason, outcome) for number, _, role, reason, outcome in desk.log]
    assert "the log says of 甲's suspend:  reviewer 模拟：核对 done" in complaints(desk, CONCLUDED)


def test_a_receipt_that_does_not_say_why_an_officer_decided_is_named():
    def told(**words):
        return [
            LoggedReceipt("622", status[1:], "1", (), {"returnInfo": f"[Code:1;Desc:{text}]"})
            for status, text in words.items()
        ]

    assert list(_check_reasons(CONCLUDED, told(_600=f"挂起，{REASON}", _399=f"审核通过，{AMENDMENT_NOTE}"))) == []
    (complaint,) = _check_reasons(CONCLUDED, told(_600=f"挂起，{REASON}", _399="审核通过"))
    assert complaint == "399 does not say why 甲 decided to conclude: [Code:1;Desc:审核通过]"


def test_a_decision_that_another_overtook_is_refused_or_named():
    trade = type("List", (), {"id": "D1"})
    assert _verdict(trade, (DONE, REFUSED), PATH).ok
    both = _verdict(trade, (DONE, DONE), f"{PATH} 100").complaints
    assert both == (
        "of two acts in one moment the first came to done, the second to done",
        f"it should have gone through {PATH}, and went through {PATH} 100",
    )
