"""What is true about measures, groups and gaps, without a database."""
