"""What each command of the gate does: from what was asked to a verdict."""
