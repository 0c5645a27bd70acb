"""Figures as ratios: each page beside its own SQL, replayed without our code in the same run."""
