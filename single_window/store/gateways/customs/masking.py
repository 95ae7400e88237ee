"""Masks texts in what customs keeps of imports beside their papers: the reasons and fields of lists and requests."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import Connection, select

from single_window.store import seals
from single_window.store.tables import declaration, request


def mask_texts(connection: Connection, lists: Collection[int], masked: Callable[[str], str]) -> None:
    """Replace the texts of these lists, by id, and of the requests about them by what `masked` makes of them."""
    of_lists = select(declaration.c.id, declaration.c.reasons).where(declaration.c.id.in_(list(lists)))
    for number, reasons in connection.execute(of_lists).all():
        if (changed := masked(reasons)) != reasons:
            seals.change(connection, declaration, number, {"reasons": changed})
    columns = request.c
    of_requests = select(columns.id, columns.reasons, columns.fields).where(columns.declaration_id.in_(list(lists)))
    for number, reasons, fields in connection.execute(of_requests).all():
        if (masked(reasons), masked(fields)) != (reasons, fields):
            values = {"reasons": masked(reasons), "fields": masked(fields)}
            seals.change(connection, request, number, values)
