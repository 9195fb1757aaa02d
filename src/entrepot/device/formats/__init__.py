"""Files that hold recorded tracks: each module reads one format, as `entrepot replay` does."""
