"""The case in hand: what the agent does to it and what is known, without a single widget."""
