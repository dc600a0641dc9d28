"""A verdict of the gate, written for people and for machines."""
