"""Whether every value of one schema is a value of another, decided from what they mean, not how they are written."""
