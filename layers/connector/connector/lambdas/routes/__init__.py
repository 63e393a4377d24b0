"""The routes of the HTTP API: what is asked and answered; what is done stands in api/."""
