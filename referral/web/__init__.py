"""Pages: who may open them, what they look like, and what happens when something goes wrong."""
