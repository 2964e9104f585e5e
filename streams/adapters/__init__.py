"""Between the domain and the world outside: Avro, dead letters, state bytes, instruments, HTTP.

They translate, and never decide.
"""
