"""Any webhook by a saved mapping, and forms: payloads of other systems in, our events out."""
