"""What the verbs name on a page, what can be done there, and the prompt of a pause."""
