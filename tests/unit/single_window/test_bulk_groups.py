"""Which acts about many cases become proposals, and how the page is told."""

from __future__ import annotations

from declarations.reasons import Reason
from single_window.cases.bulk_hindrances import act_sets, second_eyes_of_cases
from single_window.store.case_queue import QueuedCase
from tests.officers import named
from tests.tables import each

YUAN = 100_000
WHO = named("li", "supervisor")


def case(subject: str, state: str, *, tax: int = 0, rules: tuple[str, ...] = ()) -> QueuedCase:
    """A case of a queue that has only what rights are decided by."""
    values = {**dict.fromkeys(QueuedCase._fields, ""), "subject": subject, "subject_id": "7", "state": state}
    reasons = tuple(Reason(rule, {}) for rule in rules)
    return QueuedCase(**{**values, "tax": tax, "reasons": reasons, "version": 1})  # type: ignore[arg-type]


@each(
    ("listed", "proposed"),
    [
        (case("refund_claim", "in_review", tax=100_001 * YUAN), {"refund_claim.approve"}),
        (case("refund_claim", "in_review", tax=100_000 * YUAN), set()),
        (case("declaration", "in_review", tax=100_001 * YUAN), set()),
        (case("declaration", "in_review", rules=("14206",)), {"declaration.conclude"}),
        (case("declaration", "detained"), {"declaration.conclude"}),
    ],
)
def test_an_act_that_wants_a_second_officer_is_marked(listed: QueuedCase, proposed: set[str]) -> None:
    assert second_eyes_of_cases([listed], WHO) == {listed.key: proposed}


def test_the_marks_stand_behind_the_acts() -> None:
    listed = case("refund_claim", "in_review", tax=100_001 * YUAN)
    found = {listed.key: {"refund_claim.approve": None, "refund_claim.refuse": None}}
    sets = act_sets(found, set(found[listed.key]), second_eyes_of_cases([listed], WHO))
    assert sets.sets == ("refund_claim.approve+ refund_claim.refuse",)
