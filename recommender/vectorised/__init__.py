"""Many people at once: the rules and the decision as a circuit over columns of bits."""
