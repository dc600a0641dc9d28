"""Reports of a verdict, for people and for machines."""
