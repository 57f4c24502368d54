"""The version of the program, which the wheel takes from here."""

__version__ = "0.2.0"
