"""The commands: thin, over everything else."""
