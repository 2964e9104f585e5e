"""What people write in TOML: typed access, and errors that name file, table and key."""
