"""Answers to "can I …?": what was asked about is found by name, and each of its parts has a verdict."""
