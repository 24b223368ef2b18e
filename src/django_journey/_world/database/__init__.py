"""One rolled-back transaction for the test, the live server's threads and the browser."""
