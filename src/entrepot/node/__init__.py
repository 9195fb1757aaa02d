"""A process of the program: one context hosted, a node of several, the machine it runs on, its backups."""
