"""The passage reader: question, title and passage in one pass, and how it is trained.

`build` makes the data, `train` trains on them; each is run as ``python -m passages.build`` with
``train/`` on the path.
"""
