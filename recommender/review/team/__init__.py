"""Several reviewers at one desk: accounts, sessions, claims, and the server."""
