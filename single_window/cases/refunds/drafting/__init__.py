"""Drafts of the messages with which the refund of an export is claimed: registration, invoice, exchange, claim."""

from single_window.cases.refunds.drafting.messages import KINDS, Terms, draft
from single_window.cases.refunds.drafting.sources import Claimable, NothingToDraft, Source, claimable, source

__all__ = ["KINDS", "Claimable", "NothingToDraft", "Source", "Terms", "claimable", "draft", "source"]
