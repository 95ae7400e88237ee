"""Revisions of the tables and how Alembic runs them; a package so that an installed copy carries them."""
