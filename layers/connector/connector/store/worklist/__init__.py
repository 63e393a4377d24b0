"""What is kept of the worklist: pending items as rows, the lists of those that do not go on."""
