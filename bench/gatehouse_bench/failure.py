"""The one error that ends a script with a message instead of a traceback."""


class Failed(Exception):
    """Something did not run; the message says what."""
