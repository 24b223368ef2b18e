"""What assistive technology sees: roles, accessible names, ARIA snapshots."""
