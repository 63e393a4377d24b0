"""What customers and vendors share: names, contacts, addresses, and who gets the bill."""
