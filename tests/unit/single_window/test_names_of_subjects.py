"""Each kind of subject that an officer may decide about has a name that a recording keeps."""

from __future__ import annotations

from single_window.store.subjects import NAMED_BY_CODE, PARAMETER, QUALITY_CHECK, RISK_PROFILE, TABLES, name_of
from tests.tables import each


@each("kind", sorted(TABLES.keys() - NAMED_BY_CODE - {QUALITY_CHECK, RISK_PROFILE}))
def test_a_subject_is_named_alike_in_every_sandbox(kind: str) -> None:
    named = name_of(kind)
    assert named is not None
    table, column = named
    assert column.table is table and column.name not in {"id", "document_id"}


def test_what_has_no_table_has_no_name() -> None:
    assert name_of(PARAMETER) is None
