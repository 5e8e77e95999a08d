"""Attacks on an HTTP/1.1 server, by family: what is sent, and what may come back."""
