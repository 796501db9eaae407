"""Evidence -> an answer: decide, select, compose, check. The assistant is where all stages meet."""
