"""What an author of rules uses: checks of rules and words, cases, and the rulebook as one page."""
