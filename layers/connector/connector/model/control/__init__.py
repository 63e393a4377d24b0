"""What people see and steer: who changed what, what is undone, what calls cost."""
