"""Text messages, both ways: what may be said and when, what a reply means, and whether it arrived."""
