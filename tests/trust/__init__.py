"""Who may know what: walls swept by machine."""
