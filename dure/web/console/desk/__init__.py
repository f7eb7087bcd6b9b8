"""The desk of a district office: members without a smartphone, lost cards, complaints."""
