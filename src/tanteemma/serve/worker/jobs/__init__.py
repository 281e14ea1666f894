"""The durable jobs of the worker, one module a kind."""
