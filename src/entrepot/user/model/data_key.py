"""What is said about data keys."""

from entrepot.core.errors import NotFound


class KeyGone(NotFound):
    """The data key was destroyed, and with it whatever it had sealed."""
