"""A question -> ranked evidence, and a speaker -> a timeline of statements."""
