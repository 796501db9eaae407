"""Folders to an index that stays true: plan, prepare, embed, write, follow."""
