"""All reasons to refuse a document of a known key, the port's answer first."""

from __future__ import annotations

from declarations.submission import DeclaredState, StoredVersion, Submission, decide, refusals_of
from tests.tables import each

STORED, LIST = StoredVersion("20260601110000", "G1", "H1", "released"), DeclaredState("released", "P1", "I1")


@each(
    ("kind", "app_type", "app_time", "numbers", "rules"),
    [
        ("inventory", "2", "20260601120000", ("P1", "I1"), ["-621043"]),
        ("inventory", "2", "20260601100000", ("P1", "I1"), ["-621055", "-621043"]),
        ("inventory", "2", "20260601120000", ("P1", "I2"), ["-621999", "-621043"]),
        ("inventory", "2", "20260601100000", ("", ""), ["-621055", "-621053", "-621043"]),
        ("inventory", "1", "20260601100000", ("", ""), ["-621055", "-621041"]),
        ("order", "2", "20260601100000", ("", ""), ["-301014", "-301011"]),
    ],
)
def test_all_reasons_to_refuse_a_document_are_reported_the_port_s_answer_first(
    kind: str, app_type: str, app_time: str, numbers: tuple[str, str], rules: list[str]
) -> None:
    stored = STORED if kind == "inventory" else STORED._replace(state="declared")
    submission = Submission(kind, app_type, "2", app_time, "G2", "H2", numbers)
    codes = [reason.rule for reason in refusals_of(submission, stored, LIST)]
    first = decide(submission, stored, LIST).reason
    assert codes == rules and first is not None and first.rule == codes[0]


def test_the_same_document_again_has_no_other_fault() -> None:
    again = Submission("inventory", "2", "2", "20260601110000", "G1", "H1")
    assert [reason.rule for reason in refusals_of(again, STORED, LIST)] == ["-621055"]
    assert refusals_of(again._replace(kind="order", app_type="1"), None) == ()
