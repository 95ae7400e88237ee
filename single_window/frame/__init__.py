"""What every subject of `cases` shares: answer types, HTTP, pages and commands."""
