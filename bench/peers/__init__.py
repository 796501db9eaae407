"""The same questions answered by other programs, and scored as our own answers are."""
