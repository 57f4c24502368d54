"""The person's pages: one set of handlers and templates, served on this machine or run inside a browser."""
