"""Proofs over every possible person: the laws of a rulebook, what a change does, and rules without effect."""
