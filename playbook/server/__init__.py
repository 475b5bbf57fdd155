"""The server of the pages: what it answers, whom it lets in, how kernels come to life and end."""
