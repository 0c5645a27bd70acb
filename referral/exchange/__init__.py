"""Other systems: a foreign format in, our verbs; our records out, in a foreign format. Translators only, no rules."""
