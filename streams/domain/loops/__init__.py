"""Closing the loop: whoever complained is called, helped, and asked whether it is mended."""
