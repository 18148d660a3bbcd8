"""The types of resources, one file for each service. Importing this registers all of them."""
