"""Alembic's entry point: runs revisions on the connection, in the transaction, that `store.migrate` gives.

Called by Alembic's own command line, to write a new revision, it opens the address of its configuration.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from single_window.store.engine import open_engine
from single_window.store.tables import metadata


def run(connection: Connection) -> None:
    """Run what Alembic was asked for."""
    report = context.config.attributes.get("progress", lambda done: None)

    def applied(step: Any, **_: Any) -> None:
        report(f"{step.up_revision_id} {step.up_revision.doc}")

    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, on_version_apply=applied)  # type: ignore[arg-type]
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = open_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.begin() as opened:
        run(opened)
    engine.dispose()
