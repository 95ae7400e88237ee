"""Facts that the sentence of a reason says besides the values that are stored with it, by the kind of subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.reasons import Reason


class SentenceFacts(NamedTuple):
    """The further values for sentences about a kind of subject, which its module `queries` defines: `facts(connection,
    sandbox, id, reason)` are named as the blanks of the sentence."""

    subject: str
    facts: Callable[[Connection, str, str, Reason], Mapping[str, str]]
