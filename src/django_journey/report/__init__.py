"""What is drawn from traces; reads events and nothing else."""
