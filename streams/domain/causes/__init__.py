"""Common causes: many alerts that share a fact, beyond what is usual, are one piece of news."""
