"""The same rules, written as each rival would have them."""
