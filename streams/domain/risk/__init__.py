"""The risk that a customer leaves: a transparent points score, its reasons and its bands."""
