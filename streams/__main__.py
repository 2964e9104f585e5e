"""`python -m streams`: the same as `cxstreams`."""

from streams.cli.main import main

if __name__ == "__main__":
    main()
