"""MobiWork's lists at one look: what is known of each, what it gave, and whether it is believed."""
