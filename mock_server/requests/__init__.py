"""From a request to valid arguments: routing, decoding, validation, leniency."""
