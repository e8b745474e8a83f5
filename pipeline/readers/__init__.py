"""The one door in: nothing else reads the corpus.

`corpus.list_files` walks it, `corpus.split` cuts a file into raw reviews, both in the process that leads;
`parse.parse` makes a document of a raw review in whatever process works on it.
"""
