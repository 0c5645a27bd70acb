"""Directory: who can help, where, when, and whether they have room."""
