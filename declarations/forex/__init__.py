"""Foreign exchange of e-commerce: whether a receipt or payment may be booked, and how. Pure, by dated law."""
