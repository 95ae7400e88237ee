"""Cases as rows, for tests that put what waits into the database themselves."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from single_window.store.desks import desk_of
from single_window.store.tables import work_case


def wait(
    connection: Connection, sandbox: str, subject: str, *ids: int | str, state: str = "in_review", version: int = 1
) -> None:
    """Let subjects wait at the desk of their state."""
    desk = desk_of(subject, state, "cancellation")
    assert desk is not None
    for number in ids:
        connection.execute(
            insert(work_case).values(
                sandbox=sandbox,
                subject=subject,
                subject_id=str(number),
                desk=desk.name,
                state=state,
                kind=subject,
                number=str(number),
                version=version,
            )
        )
