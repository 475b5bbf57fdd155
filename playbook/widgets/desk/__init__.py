"""The bounce desk: paste a bounce, see why the mail came back and what to tell the customer."""
