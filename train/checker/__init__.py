"""Train the checker: does a claim follow from the sentences that it cites?"""
