"""What all pages are made of: their frame, their parts, how they speak."""
