"""Give a property its context: a client, inputs to draw, fixtures and expectations."""
