"""A gazetteer of the cities of the world: many items loaded in batches, and read by key, by prefix and by index."""
