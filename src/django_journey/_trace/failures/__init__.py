"""How a failure is explained: cause, traceback, template line, the requests before it, pitfalls."""
