"""Check many deployments as one: from a fleet file to one verdict."""
