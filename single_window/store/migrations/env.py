"""Alembic's entry point: runs revisions on the address that `single_window.store.migrate` gives."""

from alembic import context

from single_window.store.engine import open_engine
from single_window.store.tables import metadata

engine = open_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
