"""Drafts of the messages for a refund claim: registration, invoice, foreign exchange, claim."""

from single_window.cases.refunds.drafting.messages import KINDS, Terms, draft
from single_window.cases.refunds.drafting.sources import NothingToDraft, Source, claimable, source

__all__ = ["KINDS", "NothingToDraft", "Source", "Terms", "claimable", "draft", "source"]
