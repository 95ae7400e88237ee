"""What became of anything, and what a person may do about it: stories, lists, histories, claims, batches, summaries."""
