"""`python -m scalinglaws`: the command line, where the package is not installed."""

from scalinglaws.cli import main

if __name__ == "__main__":
    main()
