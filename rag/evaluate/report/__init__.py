"""An evaluation as a page, Markdown, JUnit, JSON, and on the terminal."""
