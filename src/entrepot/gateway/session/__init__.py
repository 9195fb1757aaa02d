"""Who asks: tokens, API keys, and the console's cookies."""
