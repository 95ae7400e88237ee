"""A lot that is traced, sold and recalled: what its merchant sends, and what must come of it."""
