"""The agent's page: from the customer's first words to the text for the ticket."""
