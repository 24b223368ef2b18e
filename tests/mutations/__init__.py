"""Breaks each requirement once, and sees one of the tests that ``docs/requirements.md`` names for it fail.

``table.py`` holds the mutations. ``python -m tests.mutations [ROW …]`` applies each to a copy of the tree.
"""
