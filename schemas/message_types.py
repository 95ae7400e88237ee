"""Types of messages: what the catalogue says of each, how a document of it is handled, and where its schema stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

HERE = Path(__file__).parent
CEB = "http://www.chinaport.gov.cn/ceb"
EDITIONS = ("2022-05", "2018")
EDITION = "2022-05"
"""The default edition."""


class Duplicate(NamedTuple):
    """The codes that refuse a document because of a stored one with its business key, or because there is none."""

    missing: str
    exists: str
    used: str
    old: str
    no_operation: str


class OtherNumbers(NamedTuple):
    """The codes that refuse a change of a list because its numbers are not those assigned."""

    neither: str
    no_invt_no: str
    other_invt_no: str
    other_pre_no: str


@dataclass(frozen=True, slots=True)
class DocumentHandling:
    """The handling of a document that a participant sends; elements have wire names. See `catalogue.toml`."""

    gateway: str
    identified_by: tuple[str, ...]
    duplicate: Duplicate
    shown: tuple[str, ...]
    shown_of_lines: tuple[str, ...] = ()
    matched_by: str = "orderNo"
    joins_by: Literal["order", "parcel", "platform", "numbers"] = "order"
    subject_kind: str = ""
    outcome_table: str = ""
    own_number: str = ""
    port_letter: str = ""
    taken_in: str = "120"
    other_numbers: OtherNumbers | None = None
    """Only for kinds that declare."""

    @property
    def declares(self) -> bool:
        """True if a document of this kind is a list, which declares."""
        return self.other_numbers is not None

    @property
    def of_order(self) -> bool:
        """True if it is matched with other documents by order number."""
        return self.matched_by == "orderNo"


FOR_OTHERS = frozenset({"registration", "sample_record"})
"""Kinds of our own documents that another sender may change: their agency checks the sender of each version. A record
of a sample is the site's or the company's, and a stranger's that was refused must not stand in their way."""


@dataclass(frozen=True, slots=True)
class MessageType:
    """One message type, from `catalogue.toml`. `most` is the maximum number of documents, 0: unlimited."""

    code: str
    kind: str
    title_zh: str
    title_en: str
    root: str
    document: str
    key: tuple[str, ...]
    sender: str
    head: str | None = None
    line: str | None = None
    answered_by: str | None = None
    signature: bool = False
    """True if the schema requires a signature."""
    signature_by_text: bool = False
    """True if only the specification's text requires a signature."""
    signature_invalid: str = ""
    """The status that answers a wrong signature, if there is a separate one; the next three likewise for a missing
    signature, a document that differs from the signed one, and a signature of another company."""
    signature_missing: str = ""
    signature_differs: str = ""
    signature_holder: str = ""
    invalid: str = ""
    too_many: str = ""
    most: int = 100
    flow: Literal["import", "export", "agency"] = "import"
    """Agency: messages to the tax office, banks and registrars, neither import nor export."""
    editions: tuple[str, ...] = EDITIONS
    namespace: str = CEB
    schema: str = ""
    lifecycle: str = ""
    notice: bool = False
    """True if an agency speaks first by it: a document by itself, with a guid of its own, that answers none."""
    about: str = ""
    """The kind of document or case that a notice is about."""
    handling: DocumentHandling | None = None
    """None for messages that participants do not send."""

    @property
    def number(self) -> str:
        """The element with the sender's number of a document: the last one of its key apart from msgSeqNo."""
        return [name for name in self.key if name != "msgSeqNo"][-1]

    @property
    def receipt(self) -> bool:
        """True for messages of the port, customs or the tax office: receipts, tax bills, notices."""
        return self.sender in {"port", "customs", "tax"}

    @property
    def other_sender(self) -> str:
        """The code for somebody who changes what another sender filed; empty: anybody may."""
        only_sender = self.flow == "agency" and self.handling is not None and self.kind not in FOR_OTHERS
        return f"{self.invalid[:4]}007" if only_sender else ""

    def schema_file(self, edition: str = EDITION) -> Path:
        """Return the XSD of this type; raises `LookupError` for an edition without it. Our own messages have one
        edition."""
        if edition not in EDITIONS:
            raise LookupError(f"no edition {edition!r}; there are {', '.join(EDITIONS)}")
        if edition not in self.editions:
            raise LookupError(f"{self.root} does not exist in edition {edition}, only in {', '.join(self.editions)}")
        return HERE / (self.schema or f"ceb/{edition}/{self.root}.xsd")
