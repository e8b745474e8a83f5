"""What comes out for people: JSON of a review and of the corpus, pages to read."""
