"""The door to the house: it reads the rows and keeps their promises. It knows no context."""
