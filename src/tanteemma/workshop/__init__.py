"""What people draw and write: maps, personas, hypotheses. One kind of thing: a versioned document with a declared schema."""
