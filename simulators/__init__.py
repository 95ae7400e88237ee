"""The world outside: synthetic companies and traffic. Talks to the window as an outsider does."""
