"""Many people at once: real files read, every row answered or explained, and a summary of them all."""
