"""The page as data: parsed, named, found and submitted; no Django, no network."""
