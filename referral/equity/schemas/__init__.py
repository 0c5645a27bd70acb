"""What the reports take and give."""
