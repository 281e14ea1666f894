"""The second process: keeps the event lake and the journey index up to date and answers questions about them."""
