"""Solve what nanorotor solves with the tools people would take instead, one module a tool."""
