"""The visitor snippet: the scripts that web sites load from us, made small, and the code a web site puts into its pages."""
