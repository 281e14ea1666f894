"""What comes in: doors, file formats, steps, quarantine. Network only in ``sources``."""
