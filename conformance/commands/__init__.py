"""The commands of `milestones-check`. What a command needs late it imports late, so that --help comes at once."""
