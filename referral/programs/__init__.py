"""Programs: who may get which paid service, for how long, and how much of it."""
