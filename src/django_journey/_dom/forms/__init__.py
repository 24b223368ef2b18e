"""Forms as HTML has them: controls and their values, validity, and what submitting sends."""
