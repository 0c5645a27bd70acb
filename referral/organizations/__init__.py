"""Who takes part: networks, organizations, their memberships and contracts."""
