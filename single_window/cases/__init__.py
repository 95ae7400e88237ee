"""Cases that people work on (declarations, claims, batches, summaries and others), and the decisions about them."""
