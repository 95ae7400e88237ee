"""The frame that subjects of `cases` share: answer types, HTTP, pages and commands."""
