"""Addresses on the web -> files in a folder that is indexed like any other: politely, in bounds."""
