"""The only place that runs SQL or opens files of data: journal, operational tables, lake, journey index."""
