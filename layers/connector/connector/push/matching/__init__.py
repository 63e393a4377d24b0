"""Records that may be in QuickBooks already: what was decided on them, and a look at both sides."""
