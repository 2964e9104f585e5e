"""Where a customer stands: stages, the sorted facts they follow from, and the transitions."""
