"""How long each kind of record is kept, and how it leaves: a table of policies, run by the clock."""
