"""Rule documents over what members really paid: exactly, payment by payment, or as a preview.

`refusals` and `scenarios` need no compiler; everything else runs in the analyst's process.
"""
