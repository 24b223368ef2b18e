"""The hostile project is no part of this suite: it is run in processes of its own."""

collect_ignore = ["project"]
