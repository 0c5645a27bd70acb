"""What we ask: the selects that copy facts from the rooms below, and the counts that reports read."""
