"""What customers and vendors share: names, contacts, addresses, bills, and who they are by now."""
