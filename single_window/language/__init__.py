"""Words for states, receipts and reasons, in Chinese and in English."""
