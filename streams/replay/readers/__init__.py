"""One reader a file format; each turns a file into an Arrow table and loses no text to guessing."""
