"""Channels of participants: a channel takes bytes, has them admitted, only then answers; receipts leave by it."""
