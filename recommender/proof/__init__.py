"""What holds for every possible person: laws of a rulebook, what a change of it does, and rules that can do nothing."""
