"""The leads' page for changing the knowledge."""
