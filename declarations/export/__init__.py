"""Rules of exports: modes and their districts, channels, comparison of documents, returns."""
