"""What is compiled before the first question: a module for each family of analyses, found through the hook ``warmups``."""
