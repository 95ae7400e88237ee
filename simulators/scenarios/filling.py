"""Fills in placeholders of a step: `{tea.list.invtNo}` is an element of a trade's list or of a received receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simulators.receipt_log import ReceiptLog
from simulators.scenarios.actors import Actor
from simulators.scenarios.kinds import HEARD, OURS
from simulators.scenarios.papers import NotYet
from simulators.toml_files import nearest

_PLACE = re.compile(r"\{([a-z][a-z0-9_-]*)\.([a-z ]+)\.(\w+)\}")
COMPANY = "company"


class Filling:
    """Fills placeholders in; raises `NotYet` for values that do not exist yet."""

    def __init__(self, actors: Mapping[str, Actor], receipt_log: ReceiptLog) -> None:
        self._actors, self._receipt_log = actors, receipt_log

    def filled(self, value: Any) -> Any:
        """Fill in all placeholders, in nested values too."""
        if isinstance(value, str):
            return _PLACE.sub(lambda match: self._value(*match.groups()), value)
        if isinstance(value, Mapping):
            return {name: self.filled(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.filled(part) for part in value)
        return value

    def _value(self, name: str, word: str, element: str) -> str:
        if name not in self._actors:
            raise NotYet(f"there is no trade {name!r}{nearest(name, self._actors)}")
        actor = self._actors[name]
        value = self._of_company(actor, element) if word == COMPANY else self._of_paper(actor, word, element)
        if value is None:
            raise NotYet(f"there is no {element} in the {word} of {name}, nor in what was heard of it")
        return value

    def _of_company(self, actor: Actor, element: str) -> str | None:
        company = getattr(actor.trade.parties, element, None)
        return getattr(company, "code", None)

    def _of_paper(self, actor: Actor, word: str, element: str) -> str | None:
        kind = OURS.get(word, word)
        document = actor.trade.document(kind) if kind in actor.trade.codes else None
        if document is not None and element in document.head:
            return str(document.head[element])
        if word not in HEARD[actor.flow]:
            return None
        words = self._receipt_log.of(actor.trade.id, HEARD[actor.flow][word])
        return next((word.head[element] for word in reversed(words) if word.head.get(element)), None)
