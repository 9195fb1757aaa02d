"""Stateless steps of tracking: facts in, facts out. They run at a site, in a node or anywhere else."""
