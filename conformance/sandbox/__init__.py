"""What the run may write to, and its clean-up."""
