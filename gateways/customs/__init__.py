"""Customs: compares the four documents, checks limits, draws the risk lane, reviews, releases, closes; cancellations
and returns."""
