"""Words and sentences of a text: names, dates, numbers, quotations, what says the same."""
