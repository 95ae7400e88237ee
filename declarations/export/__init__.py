"""Rules of exports: modes and their districts, clearance by list, comparison of documents, returns."""
