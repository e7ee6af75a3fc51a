"""What a run table holds, which laws it can support, and what in it is suspicious."""
