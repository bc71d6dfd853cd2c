"""Statistics of satisfaction surveys, from coded answers or counts to the yearly result."""

#: Rises when the same answers give another figure or another verdict; not with words alone.
METHOD_VERSION = "1"
