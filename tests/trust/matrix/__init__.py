"""The permission matrix: which role may do what with which object, read from its two tables."""
