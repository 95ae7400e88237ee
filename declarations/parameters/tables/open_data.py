"""The shape of the rules by which a month of open data is published."""

from __future__ import annotations

from declarations.parameters.tables.shape import TableShape


class PublicationRules(TableShape, frozen=True, kw_only=True):
    """Merchants that an open cell has at least, the share (percent) of the two largest from which on they dominate, how
    close (percent) a closed cell must not be bounded, the day of the next month on which a month is closed, and the
    most lists of a month."""

    contributors: int
    dominance: int
    closeness: int
    close_day: int
    most_lists: int
