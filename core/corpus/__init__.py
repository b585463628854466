"""Files become chunks, entities and questions here, with a report of everything that was wrong with them."""
