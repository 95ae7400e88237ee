"""Subjects of people's work: stories, lists, histories, claims, batches, summaries, and the decisions about them."""
