"""What people are to be told of alerts: which stand, which stand no more, and which stay quiet."""
