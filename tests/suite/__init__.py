"""How the tests run: their order on several processes, what a person sees, how long a law is tried."""
