"""Receipts pushed to participants: each channel in the order of its mailbox, none waiting for another."""
