"""The sandbox: which records a run may write to, and how they are removed."""
