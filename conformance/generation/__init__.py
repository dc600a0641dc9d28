"""Inputs to send and the oracle that predicts answers."""
