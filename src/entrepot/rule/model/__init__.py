"""The shapes of compliance: rules, packs, checks and goods."""
