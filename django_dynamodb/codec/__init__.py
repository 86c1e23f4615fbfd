"""Turns Python values into attribute values and back, knowing neither Django nor the network."""
