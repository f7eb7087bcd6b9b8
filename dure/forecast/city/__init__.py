"""The live city as analyses see it: its past, its money, its rules; its forecast and its alarms.

`alarms` and `asking` need the database alone; all else runs in the analyst's process.
"""
