"""One person: from what is known to verdicts, exercises, questions and the reasons for each."""
