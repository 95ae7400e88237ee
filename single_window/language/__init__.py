"""Texts for states, receipts and reasons, in Chinese and English."""
