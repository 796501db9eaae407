"""Values -> text for a terminal or a program. Nothing here prints."""
