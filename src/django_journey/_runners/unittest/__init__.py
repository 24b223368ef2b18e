"""unittest and ``manage.py test``."""
