"""`python -m pipeline` is the command `closeup`."""

from pipeline.cli import main

main()
