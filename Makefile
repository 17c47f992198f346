# samdrift: what a centre engineer runs. `make help` is written from the comments behind the targets.
.DEFAULT_GOAL := help
