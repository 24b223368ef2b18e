"""What is wrong with a site, by its cause: how it is recognized, shown, written as a story and accepted."""
