"""Lists of restricted parties as their publishers publish them, read as streams."""
