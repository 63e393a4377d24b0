"""What is kept for people who watch and steer: who changed what."""
