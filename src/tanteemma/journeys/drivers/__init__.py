"""What goes with an outcome: which facts of a customer's way go along with a score, a goal, money or churn, and how."""
