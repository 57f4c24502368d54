"""The answer to "can I …?", as text of at most fifteen lines and as JSON."""
