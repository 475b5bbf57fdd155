"""What closed cases say of the knowledge, for leads."""
