"""What does a weak spot cost? Its effect on those it hit, what that is worth, and how sure we are."""
