"""A conversation with one person: what is asked next, and what each answer means. It prints nothing."""
