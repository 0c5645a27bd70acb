"""Audit: what happened, who did it, whose record it was. Rows are added, never changed."""
