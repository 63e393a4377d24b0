"""What schedules, queues and state machines call besides the flows."""
