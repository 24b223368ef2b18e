"""What surrounds the site: database, mail, tasks, services, files, clock, network."""
