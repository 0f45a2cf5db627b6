"""Run nanorotor and other tools side by side, and judge what they found; standard library only."""
