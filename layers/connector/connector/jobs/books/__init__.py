"""Books Match: both sides read, compared document by document, and added up."""
