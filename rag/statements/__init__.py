"""Who says what in an article: cues, noun phrases, contents, attributions, people."""
