"""Documents as files to take along: pictures, PDF, slides, tables. What needs heavy libraries runs in a process of its own."""
