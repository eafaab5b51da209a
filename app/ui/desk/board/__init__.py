"""The board: problems, roll-up of business services, detail of a row. Every line of it comes from a health source."""
