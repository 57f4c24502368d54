"""Evaluate the rules and the decision for many people at once, as a circuit over columns of bits."""
