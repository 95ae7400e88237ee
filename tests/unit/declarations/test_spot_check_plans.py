"""Terms of spot-check plans as supervisors write them."""

from __future__ import annotations

import pytest

from declarations.profile_rules import BadProfile
from declarations.spot_checks.plans import read_terms


@pytest.mark.parametrize(
    ("text", "complaint", "field"),
    [
        ("rate=0.1", "lacks", "title"),
        ("title=A", "lacks", "rate"),
        ("title=A; universe=stock; rate=0.1", "lacks", "size"),
        ("title=A; rate=1.1", "form", "rate"),
        ("title=A; rate=0.1; basis=X", "choice", "basis"),
        ("title=A; rate=0.1; goods=95a", "form", "goods"),
        ("title=A; rate=0.1; colour=red", "field", "colour"),
        ("title=A; title=B; rate=0.1", "field", "title=B"),
        ("title=A; rate=0.1; basis=T", "lacks", "goods"),
        ("title=A; universe=stock; size=0", "form", "size"),
        ("title=" + "A" * 61 + "; rate=0.1", "form", "title"),
    ],
)
def test_terms_that_cannot_be_used_are_refused_by_field(text: str, complaint: str, field: str) -> None:
    with pytest.raises(BadProfile) as refused:
        read_terms(text)
    assert (refused.value.complaint, refused.value.values["field"]) == (complaint, field)
