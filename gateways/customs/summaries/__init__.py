"""The summary desk of customs: requests claim closed lists of a month, which merge into declarations and results."""
