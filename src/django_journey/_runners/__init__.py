"""Who starts it: pytest, unittest, manage.py test."""
