"""The one way to the screen."""
