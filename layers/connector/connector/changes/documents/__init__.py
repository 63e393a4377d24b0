"""What change data tells of money documents besides what is gone."""
