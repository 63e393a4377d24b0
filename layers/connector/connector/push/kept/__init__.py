"""Plans of pushes that are kept: as a person sees them, and what stands for their records."""
