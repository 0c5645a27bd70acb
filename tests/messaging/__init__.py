"""Texting, proven against a twin of Twilio."""
