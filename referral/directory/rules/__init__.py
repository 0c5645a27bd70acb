"""Rules of the directory: reading other people's listings, finding the right one, and saying what is known about it."""
