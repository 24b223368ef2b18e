"""Who may do what: as a walk or a suite found it, as the code declares it, and what looks wrong in it."""
