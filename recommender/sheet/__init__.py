"""The sheet: an answer on two pages to print and keep, as a web page, as PDF, and its week for a calendar."""
