"""The base that all subjects of `cases` share: answer types, HTTP, pages and commands."""
