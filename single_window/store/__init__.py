"""Everything that is kept: tables, bulk statements, and what each part reads and writes."""
