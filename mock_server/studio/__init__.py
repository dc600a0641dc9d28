"""What a developer sees and drives the mock with; it stands around the app and never changes what the app answers."""
