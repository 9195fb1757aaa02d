"""Words and arithmetic of trade that several contexts share: pure, and of the house it knows nothing."""
