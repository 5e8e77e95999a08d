"""What the bench's scripts share. Standard library only, 127.0.0.1 only, every wait bounded."""
