"""The command `cxstreams`: what people type, see and get as exit codes.

One file a command; errors are one line with the mend.
"""
