"""Which contacts on the way to a goal get the credit for it? Several models side by side, for no single one is right."""
