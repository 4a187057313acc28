"""What is talked about: topics of the whole corpus, and of each stance camp by itself."""
