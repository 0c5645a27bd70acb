"""Questions that take their answers from several rooms."""
