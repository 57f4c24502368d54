"""The first screen of an answer to a person: what matters most, in forty lines."""
