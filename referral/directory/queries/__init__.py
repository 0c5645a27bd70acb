"""What the directory answers."""
