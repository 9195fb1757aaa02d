"""What devices speak: each module turns one protocol's bytes into fixes and reports, in SI units."""
