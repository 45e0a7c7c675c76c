"""What training and judging the network that paints in one pass needs."""
