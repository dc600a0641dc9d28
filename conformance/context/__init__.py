"""What a property is given: a client, inputs to draw, fixtures and expectations."""
