"""`cxstreams demo`: a simulated shop, followed live by a real worker on an embedded broker.

What it shows comes the way it would in production: from `/metrics` and the alert topics.
"""
