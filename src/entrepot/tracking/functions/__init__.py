"""Stateless steps of tracking: facts in, facts out. They run at the edge, in a node or anywhere else."""
