"""The one door in: nothing else reads the corpus.

`corpus` walks it and cuts its files into raw reviews (`raw`), in the process that leads: `packed` unpacks, `streams`
decodes, `delimited`, `jsons` and `parquets` find rows, `columns` finds the text in them. `parse` makes a document of a
raw review, in whatever process works on it: `decode`, `frontmatter`, `head` and `given` for what it says of itself,
`markdown` (with `inline`, `emphasis`) and `html` (with `page`, `elements`) for its mark-up, `clean` for its text and
offsets, `settle` for what each block is for. `ratings` scales what is given as a rating.
"""
