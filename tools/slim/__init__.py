"""What training and judging the slim VGG-19 needs."""
