"""A question in words -> what it asks for: read it, split it, fill in what it refers to."""
