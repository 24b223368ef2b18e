"""The ``journey`` command."""
