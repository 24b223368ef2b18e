"""Stories of the blog app: people, posts, pictures, and the service that stores the pictures."""
