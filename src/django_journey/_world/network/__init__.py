"""The network guard: what may leave the machine, and who tried."""
