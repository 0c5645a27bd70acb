"""The demonstration: a synthetic network and its year, made through the same verbs that people use."""
