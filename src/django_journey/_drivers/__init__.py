"""How a page is reached: in-process, over HTTP, in a real browser."""
