"""What is needed: instruments, screenings, answers and the needs they point to."""
