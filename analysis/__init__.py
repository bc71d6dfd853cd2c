"""Statistics of satisfaction surveys, from coded answers or counts to the yearly result."""

METHOD_VERSION = "1"
