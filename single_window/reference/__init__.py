"""Reference pages and the manual, written from the running program."""
