"""The cause tree as a picture."""
