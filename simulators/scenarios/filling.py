"""Fills in placeholders of a step: `{tea.list.invtNo}` is an element of a trade's list or of a received receipt,
`{kept.sample}` a value that an earlier call kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simulators.receipt_log import ReceiptLog
from simulators.scenarios.actors import Actor
from simulators.scenarios.kinds import GENERATOR_KINDS, RECEIPT_TYPES
from simulators.scenarios.writing import NotYet
from simulators.toml_files import nearest_hint

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_-]*)\.([a-z ]+)\.(\w+)\}")
_KEPT = re.compile(r"\{kept\.([a-z][a-z0-9_-]*)\}")
COMPANY_WORD = "company"


class PlaceholderValues:
    """Fills placeholders in; raises `NotYet` for values that do not exist yet."""

    def __init__(self, actors: Mapping[str, Actor], receipt_log: ReceiptLog, kept: Mapping[str, str]) -> None:
        self._actors, self._receipt_log, self._kept = actors, receipt_log, kept

    def fill(self, value: Any) -> Any:
        """Fill in all placeholders, in nested values too."""
        if isinstance(value, str):
            value = _KEPT.sub(lambda match: self._kept_value(match[1]), value)
            return _PLACEHOLDER.sub(lambda match: self._value(*match.groups()), value)
        if isinstance(value, Mapping):
            return {name: self.fill(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.fill(part) for part in value)
        return value

    def _kept_value(self, name: str) -> str:
        if name not in self._kept:
            raise NotYet(f"no call kept a value as {name!r}{nearest_hint(name, self._kept)}")
        return self._kept[name]

    def _value(self, name: str, word: str, element: str) -> str:
        if name not in self._actors:
            raise NotYet(f"there is no trade {name!r}{nearest_hint(name, self._actors)}")
        actor = self._actors[name]
        value = (
            self._company_code(actor, element) if word == COMPANY_WORD else self._document_value(actor, word, element)
        )
        if value is None:
            raise NotYet(f"there is no {element} in the {word} of {name}, nor in its receipts")
        return value

    def _company_code(self, actor: Actor, element: str) -> str | None:
        company = getattr(actor.trade.parties, element, None)
        return getattr(company, "code", None)

    def _document_value(self, actor: Actor, name: str, element: str) -> str | None:
        kind = GENERATOR_KINDS.get(name, name)
        document = actor.trade.document(kind) if kind in actor.trade.codes else None
        if document is not None and element in document.head:
            return str(document.head[element])
        if name not in RECEIPT_TYPES[actor.flow]:
            return None
        receipts = self._receipt_log.of(actor.trade.id, RECEIPT_TYPES[actor.flow][name])
        return next((name.head[element] for name in reversed(receipts) if name.head.get(element)), None)
