"""MobiWork's lists: what is in a page, what was printed before, how all of one is reached."""
