"""Calls and chats in a queue: how long customers waited, who gave up, how long the talks took."""
