"""The shop's orders service: takes an order, says what it costs, keeps it."""
