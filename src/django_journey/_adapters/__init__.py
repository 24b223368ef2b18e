"""Private names of other libraries: one module for each library, checked when it is first used."""
