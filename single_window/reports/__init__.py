"""One report for runs of every kind: what came, what did not fit, on a page, for a program, for a build server."""
