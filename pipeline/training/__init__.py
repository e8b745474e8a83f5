"""How the weights are made; imported by nothing."""
