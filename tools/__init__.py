"""What `make` runs: build, serve, live reload, bench."""
