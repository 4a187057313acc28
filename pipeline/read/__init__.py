"""Asks a model about every comment, whom it blames and in what tone, and keeps each answer."""
