"""What changed on either side, found and put up as pending items."""
