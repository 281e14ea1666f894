"""The job that reads an entered file in: chunk by chunk, continued where a crash left it, each row counted once."""
