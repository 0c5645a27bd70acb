"""What a browser calls itself, in words that its owner recognizes."""

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str | None) -> str:
    """Say which browser on which kind of device: "Firefox on Windows"; unknown ones as such."""
    text = user_agent or ""
    browser = next((words for sign, words in _BROWSERS if sign in text), "")
    system = next((words for sign, words in _SYSTEMS if sign in text), "")
    return " on ".join(part for part in (browser, system) if part) or "Unknown device"
