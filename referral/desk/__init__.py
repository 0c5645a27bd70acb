"""Pages that look across the rooms: each role's home, the person's page, the thread, and the upkeep of the house."""
