"""The operations of the API, and the rules of milestones, projects, tasks and comments."""
