"""Check many deployments together: from a fleet file to one verdict."""
